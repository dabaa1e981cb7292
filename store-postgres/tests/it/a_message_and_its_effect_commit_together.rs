//! Keys that are received in a transaction of the caller's are there when it has committed, with what else it does.

use crate::{
    conformance::Pooled,
    log::{append_in, positions, small},
    place::{Place, until},
};
use factum_core::{ConsumerName, EventAppender, InboxStore, MessageKey};
use factum_store_postgres::{PgStore, sqlx::PgConnection};
use factum_testkit::conformance::Fixture;
use tokio::task::JoinHandle;

fn billing() -> ConsumerName {
    ConsumerName::new("billing").unwrap()
}

fn messages(keys: &[&str]) -> Vec<MessageKey> {
    keys.iter().map(|key| MessageKey::new(key).unwrap()).collect()
}

async fn receive(store: &PgStore, keys: &[&str]) -> Vec<bool> {
    store.receive(&billing(), &messages(keys)).await.unwrap()
}

async fn receive_in(store: &PgStore, transaction: &mut PgConnection, keys: &[&str]) -> Vec<bool> {
    store.receive_in(transaction, &billing(), &messages(keys)).await.unwrap()
}

/// Receives in a transaction, which commits as soon as it is told.
fn receive_and_commit(store: &PgStore, keys: &'static [&str]) -> JoinHandle<Vec<bool>> {
    let store = store.clone();
    tokio::spawn(async move {
        let mut transaction = store.pool().begin().await.unwrap();
        let is_new = receive_in(&store, &mut transaction, keys).await;
        transaction.commit().await.unwrap();
        is_new
    })
}

async fn or_neither_is_there(store: &PgStore) {
    for (commits, expected) in [(false, [true, true]), (true, [true, true]), (true, [false, false])] {
        let mut transaction = store.pool().begin().await.unwrap();
        let is_new = receive_in(store, &mut transaction, &["b", "a"]).await;
        assert_eq!(is_new, expected);
        // To the transaction itself they are known at once.
        assert_eq!(receive_in(store, &mut transaction, &["a", "b"]).await, [false, false]);
        assert_eq!(receive_in(store, &mut transaction, &[]).await, [true; 0]);
        if is_new[0] {
            append_in(store, &mut transaction, small("a")).await;
        }
        if commits { transaction.commit().await.unwrap() } else { transaction.rollback().await.unwrap() }
    }
    assert_eq!(positions(store).await.len(), 1);
    assert_eq!(receive(store, &["a", "c"]).await, [false, true]);
}

#[tokio::test]
async fn or_neither() {
    or_neither_is_there(&Place::new().await.open().await).await;
}

#[tokio::test]
async fn or_neither_behind_a_pooler() {
    let place = Pooled::make().await;
    let (store, other) = (place.open().await, place.open().await);
    or_neither_is_there(&store).await;
    assert_eq!(receive(&other, &["a", "d"]).await, [false, true]);
}

/// Nobody is told anything about a message before it is known what becomes of it.
#[tokio::test]
async fn and_whoever_receives_the_same_waits_for_that() {
    let place = Place::new().await;
    let store = place.open().await;
    for (commits, key) in [(true, &["committed"]), (false, &["rolled back"])] {
        let mut first = store.pool().begin().await.unwrap();
        assert_eq!(receive_in(&store, &mut first, key).await, [true]);
        let second = receive_and_commit(&store, key);
        place.waits(1).await;
        if commits {
            first.commit().await.unwrap();
        } else {
            first.rollback().await.unwrap();
        }
        assert_eq!(second.await.unwrap(), [!commits]);
    }
}

/// Two are stopped half-way through the same messages, which they name in different orders.
#[tokio::test]
async fn and_nobody_waits_in_a_circle() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut middle = store.pool().begin().await.unwrap();
    receive_in(&store, &mut middle, &["m"]).await;
    let one = receive_and_commit(&store, &["a", "m", "z"]);
    place.waits(1).await;
    let other = receive_and_commit(&store, &["z", "m", "a"]);
    place.waits(2).await;
    middle.rollback().await.unwrap();
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert_eq!((one, other), (vec![true; 3], vec![false; 3]));
}

/// It takes no position, so readers of the log go on.
#[tokio::test]
async fn and_holds_no_reader_up() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut open = store.pool().begin().await.unwrap();
    receive_in(&store, &mut open, &["a"]).await;
    let receipt = store.append_one(small("a")).await.unwrap();
    until("the mark to go on", async || store.health().mark == receipt.position()).await;
    assert!(store.health().holders.is_empty());
    open.rollback().await.unwrap();
}
