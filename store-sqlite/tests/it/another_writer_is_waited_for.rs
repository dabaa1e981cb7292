use crate::place::{Hold, Place, keys, small};
use factum_core::{
    AppendError, EventReader,
    store::{EventAppender, EventReaderExt},
};
use factum_store_sqlite::SqliteConfig;
use futures_util::FutureExt;
use std::{sync::mpsc, thread, time::Duration};

#[tokio::test]
async fn but_not_for_ever_and_then_nothing_was_written() {
    let place = Place::new();
    let store = place.impatient().await;
    let other = place.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let append = small("a");
    match store.append_one(append.clone()).await {
        Err(AppendError::Store(error)) => assert!(error.is_transient(), "{error:?}"),
        outcome => panic!("{outcome:?}"),
    }
    assert_eq!(keys(&store).await, [""; 0]);
    other.execute_batch("COMMIT").unwrap();
    store.append_one(append).await.unwrap();
    assert_eq!(keys(&store).await, ["a"]);
}

#[tokio::test]
async fn until_it_has_finished() {
    let place = Place::new();
    let store = SqliteConfig::new(place.path()).busy_timeout(Duration::from_secs(60)).open().await.unwrap();
    let other = place.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut append = Box::pin(store.append_one(small("a")));
    assert!((&mut append).now_or_never().is_none());
    // A reader is not held up.
    assert_eq!(store.head().await.unwrap().get(), 0);
    other.execute_batch("COMMIT").unwrap();
    append.await.unwrap();
}

/// Whoever only opens a store that is there already has nothing to write.
#[tokio::test]
async fn but_not_by_one_who_opens_a_store_that_is_there() {
    let place = Place::new();
    let log = place.open().await.log_id();
    let other = place.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(place.impatient().await.log_id(), log);
}

/// SQLite itself counts milliseconds in 31 bits.
#[tokio::test]
async fn for_as_long_as_one_likes() {
    let place = Place::new();
    let store = SqliteConfig::new(place.path()).busy_timeout(Duration::MAX).open().await.unwrap();
    store.append_one(small("a")).await.unwrap();
}

/// Reads wait for each other when all readers are busy, never for writers.
#[tokio::test]
async fn while_readers_go_on() {
    let place = Place::new();
    let config = SqliteConfig::new(place.path()).readers(1.try_into().unwrap());
    let store = config.open().await.unwrap();
    store.append_one(small("a")).await.unwrap();
    let hold = Hold::of(&store).await;
    let reads = (0..100).map(|_| store.stream_version(crate::place::stream("a")));
    for version in futures_util::future::join_all(reads).await {
        assert_eq!(version.unwrap().get(), 1);
    }
    hold.release().await;
}

/// A long read elsewhere keeps its own view, and holds up neither appends nor other reads.
#[tokio::test]
async fn while_a_long_read_elsewhere_goes_on() {
    let place = Place::new();
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    let ((begun, has_begun), (end, ended)) = (mpsc::channel(), mpsc::channel::<()>());
    let reader = place.sql();
    let long = thread::spawn(move || {
        let transaction = reader.unchecked_transaction().unwrap();
        let count =
            || transaction.query_row("SELECT count(*) FROM factum_events", [], |row| row.get::<_, i64>(0));
        assert_eq!(count().unwrap(), 1);
        begun.send(()).unwrap();
        ended.recv().unwrap();
        assert_eq!(count().unwrap(), 1);
    });
    has_begun.recv().unwrap();
    for _ in 0..50 {
        store.append_one(small("a")).await.unwrap();
    }
    assert_eq!(store.head().await.unwrap().get(), 51);
    end.send(()).unwrap();
    long.join().unwrap();
}
