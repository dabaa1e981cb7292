//! Long transactions that have nothing to do with the log, in the same database and in others.

use crate::{
    log::{append_in, positions, small},
    place::{Place, connect},
};
use factum_core::EventAppender;
use factum_services::postgres::Database;
use factum_store_postgres::PgStore;

/// A dead hole is passed, and nobody is named.
async fn check(store: &PgStore) {
    let before = positions(store).await;
    let mut aborted = store.pool().begin().await.unwrap();
    let hole = append_in(store, &mut aborted, small("a")).await;
    let above = store.append_one(small("b")).await.unwrap().position().get();
    assert_eq!(positions(store).await, before);
    aborted.rollback().await.unwrap();
    assert!(hole < above);
    assert_eq!(positions(store).await, [&before[..], &[above]].concat());
    let health = store.health();
    assert!(health.is_healthy && health.holders.is_empty() && health.hole.is_none(), "{health:?}");
}

const WRITE: &str = "CREATE TABLE IF NOT EXISTS beside (n int); BEGIN; INSERT INTO beside VALUES (1)";

#[tokio::test]
async fn not_who_writes_in_another_database() {
    let database = Database::in_found().await.unwrap();
    let place = Place::new().await;
    let store = place.open().await;
    let other = connect(database.url()).await;
    other.batch_execute(WRITE).await.unwrap();
    check(&store).await;
    // Nor who appends to the log of that database, whose tables may have the same numbers.
    let there = PgStore::connect(database.url()).await.unwrap();
    let mut open = there.pool().begin().await.unwrap();
    append_in(&there, &mut open, small("a")).await;
    check(&store).await;
    other.batch_execute("COMMIT").await.unwrap();
    open.rollback().await.unwrap();
}

#[tokio::test]
async fn not_who_writes_something_else_in_the_same_database() {
    let (place, another) = (Place::new().await, Place::new().await);
    let (store, there) = (place.open().await, another.open().await);
    let sql = place.sql().await;
    sql.batch_execute(WRITE).await.unwrap();
    check(&store).await;
    // Nor who appends to the log of another schema.
    let mut open = there.pool().begin().await.unwrap();
    append_in(&there, &mut open, small("a")).await;
    check(&store).await;
    // Nor who has only read the log, in a snapshot of its own.
    let reader = place.sql().await;
    reader
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM events; SELECT last_value FROM positions")
        .await
        .unwrap();
    check(&store).await;
    sql.batch_execute("COMMIT").await.unwrap();
}

/// The tables of a database that was made from another one have the same numbers in both.
#[tokio::test]
async fn not_who_appends_in_a_copy_of_the_database() {
    let server = factum_services::postgres::Server::find().await.unwrap();
    let original = Database::new(&server).await.unwrap();
    drop(PgStore::connect(original.url()).await.unwrap());
    let copy = format!("{}_copy", original.name());
    let admin = connect(&server.url("postgres")).await;
    let make = format!("CREATE DATABASE {copy} TEMPLATE {}", original.name());
    // The connections of the store close by themselves.
    crate::place::until("nobody to be connected", async || admin.batch_execute(&make).await.is_ok()).await;
    let (store, there) = (
        PgStore::connect(original.url()).await.unwrap(),
        PgStore::connect(&server.url(&copy)).await.unwrap(),
    );
    let mut open = there.pool().begin().await.unwrap();
    append_in(&there, &mut open, small("a")).await;
    check(&store).await;
    open.rollback().await.unwrap();
    drop(there);
    admin.batch_execute(&format!("DROP DATABASE {copy} WITH (FORCE)")).await.unwrap();
}
