use crate::{
    log::{positions, small},
    place::Place,
};
use factum_core::{Causes, EventAppender, EventReader, StoreError};
use factum_store_postgres::{PgConfig, PgStore};
use tokio::task::JoinSet;

fn refused(outcome: Result<PgStore, StoreError>) -> String {
    let error = outcome.expect_err("it was opened");
    assert!(error.is_incompatible(), "{error:?}");
    Causes(&error).to_string()
}

#[tokio::test]
async fn by_ten_that_are_opened_at_once() {
    let place = Place::new().await;
    let mut opening = JoinSet::new();
    for _ in 0..10 {
        opening.spawn(place.config().open());
    }
    let stores: Vec<_> = opening.join_all().await.into_iter().map(Result::unwrap).collect();
    assert!(stores.windows(2).all(|pair| pair[0].log_id() == pair[1].log_id()));
    for store in &stores {
        store.append_one(small("a")).await.unwrap();
    }
    for store in &stores {
        assert_eq!(positions(store).await, (1..=10).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn by_an_administrator_where_the_store_may_not() {
    let place = Place::new().await;
    let config = || place.config().migrate(false);
    let why = refused(config().open().await);
    assert!(why.contains(place.schema()) && why.contains("told not to make them"), "{why}");
    place.sql().await.batch_execute(&config().script()).await.unwrap();
    let store = config().open().await.unwrap();
    store.append_one(small("a")).await.unwrap();
    assert_eq!(positions(&place.open().await).await, [1]);
    // Running it again changes nothing.
    let sql = place.sql().await;
    sql.batch_execute(&config().script()).await.unwrap_err();
    assert_eq!(config().open().await.unwrap().log_id(), store.log_id());
}

#[tokio::test]
async fn and_those_of_another_version_or_another_program_are_refused() {
    let place = Place::new().await;
    drop(place.open().await);
    let sql = place.sql().await;
    for version in [0, 1, 2, 3, 4, 6, 700] {
        sql.execute("UPDATE log SET schema_version = $1", &[&version]).await.unwrap();
        let why = refused(place.config().open().await);
        assert!(why.contains(&format!("it has schema version {version}")), "{why}");
    }
    sql.batch_execute("DELETE FROM log").await.unwrap();
    refused(place.config().open().await);
    sql.batch_execute("DROP TABLE log; CREATE TABLE log (line text)").await.unwrap();
    refused(place.config().open().await);
    sql.batch_execute("DROP TABLE log; CREATE VIEW log AS SELECT 1 AS id, 'x' AS schema_version")
        .await
        .unwrap();
    refused(place.config().open().await);
}

#[test]
fn under_names_that_need_no_quotes() {
    let config = || PgConfig::new("postgres://localhost/x").unwrap();
    let long = "a".repeat(49);
    for name in [
        "",
        " ",
        "a b",
        "A",
        "a-b",
        "1a",
        "_a",
        "a.b",
        "a\"b",
        "a'b",
        "a;b",
        "a\0",
        "ä",
        "a--",
        "a/*",
        "a$b",
        "a\n",
        &long,
        "public; DROP SCHEMA public CASCADE",
        "x\"; DROP TABLE events; --",
    ] {
        assert!(config().schema(name).unwrap_err().is_incompatible(), "{name:?}");
    }
    for name in ["a", "a_1", "factum", &long[1..]] {
        drop(config().schema(name).unwrap());
    }
}

/// A name is a name, also where SQL has a meaning for it.
#[tokio::test]
async fn also_in_a_schema_that_is_named_like_a_keyword() {
    let database = factum_services::postgres::Database::in_found().await.unwrap();
    let config = || PgConfig::new(database.url()).unwrap().schema("select").unwrap();
    let store = config().open().await.unwrap();
    store.append_one(small("a")).await.unwrap();
    assert_eq!(positions(&config().open().await.unwrap()).await, [1]);
}
