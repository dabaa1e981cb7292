//! A position that was drawn and is never written. Nobody has to wait for a time to pass: the first read after its
//! transaction has ended goes on.

use crate::{
    log::{Subscriber, append_in, positions, small},
    place::{Place, until},
};
use factum_core::{EventAppender, EventReader};
use factum_store_postgres::sqlx;

#[tokio::test]
async fn when_its_transaction_is_rolled_back() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let mut aborted = store.pool().begin().await.unwrap();
    assert_eq!(append_in(&store, &mut aborted, small("a")).await, 1);
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    aborted.rollback().await.unwrap();
    assert_eq!(positions(&store).await, [2]);
    assert_eq!(store.head().await.unwrap().get(), 2);
    subscriber.sees(&[2]).await;
}

/// The lock stays with the transaction, which draws again.
#[tokio::test]
async fn when_its_transaction_goes_on_after_a_savepoint() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let mut late = store.pool().begin().await.unwrap();
    sqlx::query("SAVEPOINT before").execute(&mut *late).await.unwrap();
    assert_eq!(append_in(&store, &mut late, small("a")).await, 1);
    sqlx::query("ROLLBACK TO SAVEPOINT before").execute(&mut *late).await.unwrap();
    store.append_one(small("b")).await.unwrap();
    // It has nothing to write any more; but nobody can know that it does not draw anything below 2, so all wait.
    assert_eq!(positions(&store).await, [0; 0]);
    assert_eq!(append_in(&store, &mut late, small("a")).await, 3);
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, [2, 3, 4]);
    subscriber.sees(&[2, 3, 4]).await;
}

/// Somebody else draws with a statement of his own, and is gone before he has written.
#[tokio::test]
async fn when_its_connection_is_terminated_between_drawing_and_writing() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let (writer, killer) = (place.sql().await, place.sql().await);
    writer.batch_execute("BEGIN").await.unwrap();
    let drawn = writer.query_one("SELECT nextval('positions'), pg_backend_pid()", &[]).await.unwrap();
    assert_eq!(drawn.get::<_, i64>(0), 1);
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    killer.execute("SELECT pg_terminate_backend($1)", &[&drawn.get::<_, i32>(1)]).await.unwrap();
    subscriber.sees(&[2]).await;
    assert_eq!(positions(&store).await, [2]);
}

/// A writer of the store itself, in the middle of its statement: it has drawn, and waits for the version.
#[tokio::test]
async fn when_a_writer_is_terminated_between_drawing_and_writing() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    store.append_one(small("a")).await.unwrap();
    let mut first = store.pool().begin().await.unwrap();
    assert_eq!(append_in(&store, &mut first, small("a")).await, 2);
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.append_one(small("a")).await }
    });
    let killer = place.sql().await;
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = $1 AND wait_event = 'transactionid'";
    until("the writer to wait", async || {
        killer.query_one(kill, &[&place.schema()]).await.unwrap().get::<_, i64>(0) > 0
    })
    .await;
    let unknown = second.await.unwrap().unwrap_err();
    assert!(matches!(unknown, factum_core::AppendError::OutcomeUnknown(_)), "{unknown:?}");
    let after = store.append_one(small("b")).await.unwrap().position().get();
    assert!(after > 3, "nothing was drawn: {after}");
    assert_eq!(positions(&store).await, [1]);
    first.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 2, after]);
    subscriber.sees(&[1, 2, after]).await;
}

#[tokio::test]
async fn many_at_once() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let mut expected = Vec::new();
    let mut open = Vec::new();
    for n in 0..12_u64 {
        let mut transaction = store.pool().begin().await.unwrap();
        append_in(&store, &mut transaction, small(&n.to_string())).await;
        open.push(transaction);
        expected.push(store.append_one(small("a")).await.unwrap().position().get());
    }
    assert_eq!(positions(&store).await, [0; 0]);
    // From the inside to the outside.
    while !open.is_empty() {
        open.remove(open.len() / 2).rollback().await.unwrap();
        let first = if open.is_empty() { 12 } else { positions(&store).await.len() };
        assert_eq!(positions(&store).await, expected[..first]);
    }
    subscriber.sees(&expected).await;
    assert_eq!((store.health().hole, store.health().is_healthy), (None, true));
}

/// One who opens the store later knows nothing of what others have proven, nor whose the holes are that it finds.
#[tokio::test]
async fn by_each_process_for_itself() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut aborted = store.pool().begin().await.unwrap();
    append_in(&store, &mut aborted, small("a")).await;
    store.append_one(small("b")).await.unwrap();
    aborted.rollback().await.unwrap();
    assert_eq!(positions(&store).await, [2]);
    let mut held = store.pool().begin().await.unwrap();
    append_in(&store, &mut held, small("c")).await;
    store.append_one(small("d")).await.unwrap();
    let later = place.open().await;
    assert_eq!(positions(&later).await, [0; 0]);
    assert_eq!(positions(&store).await, [2]);
    held.rollback().await.unwrap();
    assert_eq!(positions(&later).await, [2, 4]);
    assert_eq!(positions(&store).await, [2, 4]);
}
