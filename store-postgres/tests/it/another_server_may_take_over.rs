//! A replica that takes over may not have got the last commits of the server before it: nothing is appended by what only that one
//! knew.

use crate::{
    log::{actual, append_in, event, history, log, positions, small, stream},
    place::{Place, until},
    read_model::places,
    role::{GRANTS, Role},
};
use factum_core::{Append, AppendError, EventAppender, ExpectedVersion, StreamVersion};
use factum_store_postgres::PgStore;

/// As if what `lost` removes had never been there, and its server neither.
async fn take_over(place: &Place, lost: &str) {
    let beside = place.sql().await;
    let tables = ["events", "streams", "event_types"];
    let triggers = |change: &str| tables.map(|table| format!("ALTER TABLE {table} {change};")).concat();
    let lost = format!("{} {lost}; {}", triggers("DISABLE TRIGGER USER"), triggers("ENABLE TRIGGER USER"));
    beside.batch_execute(&lost).await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    beside.query(end, &[&place.schema()]).await.unwrap();
    until("all connections to have ended", async || {
        let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
        beside.query_one(left, &[&place.schema()]).await.unwrap().get::<_, i64>(0) == 0
    })
    .await;
}

const STREAM_A: &str = "DELETE FROM events WHERE stream_of(place) = (SELECT id FROM streams WHERE key = 'a');
                        DELETE FROM streams WHERE key = 'a'";

fn at(version: u64) -> Append {
    small("a").expect(stream("a"), ExpectedVersion::Exact(StreamVersion::new(version)))
}

async fn versions(store: &PgStore, key: &str) -> Vec<u64> {
    history(store, key).await.into_iter().map(|(version, _)| version).collect()
}

#[tokio::test]
async fn a_version_that_is_not_there_is_not_gone_on_from() {
    let place = Place::new().await;
    let store = place.open().await;
    for _ in 0..2 {
        store.append_one(small("a")).await.unwrap();
    }
    assert_eq!(versions(&store, "a").await, [1, 2]);
    take_over(&place, "DELETE FROM events WHERE version_of(place) = 2").await;
    assert_eq!(actual(store.append_one(at(2)).await).get(), 1);
    store.append_one(at(1)).await.unwrap();
    assert_eq!(versions(&place.open().await, "a").await, [1, 2]);
}

/// A store of which nothing but what the test calls asks the server, and may notice that it was lost.
async fn quiet(place: &Place) -> PgStore {
    place.config().without_watermark().open().await.unwrap()
}

async fn is_whole(place: &Place, events: usize) {
    let store = place.open().await;
    assert_eq!(log(&store).await.len(), events);
    assert_eq!(versions(&store, "a").await, [1]);
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_made_again_in_a_callers_transaction() {
    let place = Place::new().await;
    let store = quiet(&place).await;
    store.append_one(small("b")).await.unwrap();
    store.append_one(small("a")).await.unwrap();
    take_over(&place, STREAM_A).await;
    let mut transaction = loop {
        // Those of the pool have ended.
        if let Ok(transaction) = store.pool().begin().await {
            break transaction;
        }
    };
    append_in(&store, &mut transaction, at(0)).await;
    transaction.commit().await.unwrap();
    is_whole(&place, 2).await;
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_made_again_with_a_read_model() {
    let place = Place::new().await;
    let store = quiet(&place).await;
    let _places = places(&store).await;
    store.append_one(small("b")).await.unwrap();
    store.append_one(small("a")).await.unwrap();
    assert_eq!(versions(&store, "a").await, [1]);
    take_over(&place, STREAM_A).await;
    store.append_one(at(0)).await.unwrap();
    is_whole(&place, 2).await;
}

#[tokio::test]
async fn a_stream_that_is_another_one_is_read_by_its_name() {
    let place = Place::new().await;
    let (reader, writer) = (place.open().await, place.open().await);
    writer.append_one(small("a")).await.unwrap();
    assert_eq!((versions(&reader, "a").await, positions(&reader).await), (vec![1], vec![1]));
    // The numbers are given to others.
    take_over(&place, &format!("{STREAM_A}; SELECT setval('stream_numbers', 1, false)")).await;
    let other = place.open().await;
    other.append_one(small("b")).await.unwrap();
    other.append_one(Append::new([event("a"), event("a")])).await.unwrap();
    assert_eq!(versions(&reader, "a").await, [1, 2]);
    let streams: Vec<_> = log(&reader).await.iter().map(|event| event.stream.key().to_owned()).collect();
    assert_eq!(streams, ["b", "a", "a"]);
}

#[tokio::test]
async fn also_by_whoever_notices_it_when_reading() {
    let place = Place::new().await;
    let (reader, writer) = (quiet(&place).await, place.open().await);
    writer.append_one(small("a")).await.unwrap();
    assert_eq!(versions(&reader, "a").await, [1]);
    take_over(&place, &format!("{STREAM_A}; SELECT setval('stream_numbers', 1, false)")).await;
    let other = place.open().await;
    other.append_one(small("b")).await.unwrap();
    other.append_one(Append::new([event("a"), event("a")])).await.unwrap();
    assert_eq!(versions(&reader, "a").await, [1, 2]);
}

#[tokio::test]
async fn no_event_is_written_whose_type_is_not_there() {
    let place = Place::new().await;
    let store = place.open().await;
    store.append_one(small("b")).await.unwrap();
    take_over(&place, "DELETE FROM events; DELETE FROM event_types").await;
    // It was prepared before anybody could know.
    match store.append_one(small("a")).await {
        Err(AppendError::Store(error)) => assert!(error.is_transient(), "{error}"),
        other => panic!("not written was expected, and not {other:?}"),
    }
    store.append_one(small("a")).await.unwrap();
    is_whole(&place, 1).await;
}

/// By the time that everybody appends to it, it would not be known what has been seen at the other server.
#[tokio::test]
async fn no_writer_keeps_its_connection_to_a_replica() {
    let place = Place::new().await;
    place.open().await.append_one(small("a")).await.unwrap();
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    let set = async |change: &str| {
        place.sql().await.batch_execute(&format!("ALTER ROLE {} {change}", role.name())).await.unwrap();
    };
    // What a connection is told at its beginning holds until its end.
    set("SET default_transaction_read_only = on").await;
    let store = role.open().await;
    let refused = store.append_one(small("a")).await.unwrap_err();
    assert!(format!("{refused:?}").contains("read-only"), "{refused:?}");
    set("RESET default_transaction_read_only").await;
    store.append_one(small("a")).await.unwrap();
    drop(store);
    role.drop().await;
}
