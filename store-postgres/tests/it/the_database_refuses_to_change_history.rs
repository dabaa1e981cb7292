//! Whoever connects with SQL of their own, even as the owner of the tables and as a superuser.

use crate::{
    log::{append_in, log, tagged},
    place::Place,
};
use factum_core::EventAppender;
use tokio_postgres::error::SqlState;

const CHANGES: [&str; 16] = [
    "UPDATE events SET payload = 'x'",
    "UPDATE events SET position = 9 WHERE position = 1",
    "DELETE FROM events WHERE position = 1",
    "DELETE FROM events WHERE false",
    "TRUNCATE events",
    "TRUNCATE events, event_tags, streams, event_types RESTART IDENTITY CASCADE",
    "INSERT INTO events SELECT * FROM events WHERE position = 1 ON CONFLICT (position) DO UPDATE SET payload = 'x'",
    "MERGE INTO events e USING (VALUES (1)) v (p) ON e.position = v.p WHEN MATCHED THEN DELETE",
    "UPDATE event_tags SET tag = 'x'",
    "DELETE FROM event_tags",
    "TRUNCATE event_tags",
    "UPDATE streams SET key = 'x'",
    "DELETE FROM streams",
    "UPDATE event_types SET name = 'x'",
    "DELETE FROM event_types",
    "TRUNCATE event_types",
];

#[tokio::test]
async fn whatever_the_statement_and_the_settings() {
    let place = Place::new().await;
    let store = place.open().await;
    store.append_one(tagged("a", "x")).await.unwrap();
    let before = log(&store).await;
    let sql = place.sql().await;
    let is_superuser: bool = sql
        .query_one("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", &[])
        .await
        .unwrap()
        .get(0);
    for role in ["origin", "replica", "local"] {
        if is_superuser {
            sql.batch_execute(&format!("SET session_replication_role = {role}")).await.unwrap();
        }
        for change in CHANGES {
            let error = sql.batch_execute(change).await.expect_err(change);
            assert_eq!(error.code(), Some(&SqlState::RESTRICT_VIOLATION), "{role}: {change}: {error}");
            let message = error.as_db_error().unwrap().message();
            assert!(message.starts_with(place.schema()) && message.contains("is history"), "{message}");
        }
    }
    assert_eq!(log(&store).await, before);
}

/// One who tries it in the transaction of an append cannot either, nor with what he has just written himself.
#[tokio::test]
async fn also_of_what_is_not_committed_yet() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut transaction = store.pool().begin().await.unwrap();
    append_in(&store, &mut transaction, tagged("a", "x")).await;
    let change = format!("DELETE FROM {}.events", place.schema());
    let change = factum_store_postgres::sqlx::query(factum_store_postgres::sqlx::AssertSqlSafe(change));
    let error = change.execute(&mut *transaction).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("23001"), "{error}");
}
