use crate::place::connect;
use factum_core::{Append, AppendError, EventAppender as _, EventReader as _, EventType, NewEvent, StreamId};
use factum_services::postgres::Cluster;
use factum_store_postgres::PgConfig;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// In which everything has to happen that this test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longer than a group of appends waits for a lock, so it is the one whose turn it is to wait.
const WAITING: &str = "SELECT FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '300 ms'";

fn append(key: &str) -> Append {
    let stream = StreamId::new("account", key).unwrap();
    Append::new([NewEvent::new(stream, EventType::from_static("Opened"), "{}")])
}

/// A server that is killed says nothing to those whose statements it was working on.
#[tokio::test]
async fn an_append_ends_when_its_connection_does() {
    let cluster = Cluster::builder().start().await.unwrap();
    let url = cluster.url("postgres");
    let store = PgConfig::new(&url).unwrap().lock_timeout(4 * PATIENCE).open().await.unwrap();
    store.append_one(append("1")).await.unwrap();

    // The lock of the log, which every append shares.
    let other = connect(&url).await;
    other.batch_execute("SELECT pg_advisory_lock('factum.log'::regclass::oid::bigint)").await.unwrap();
    let waiting = append("2");
    let id = waiting.events[0].id;
    let appending = tokio::spawn({
        let store = store.clone();
        async move { store.append_one(waiting).await }
    });
    let begun = Instant::now();
    while other.query(WAITING, &[]).await.unwrap().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "the append does not wait for the lock");
        sleep(Duration::from_millis(10)).await;
    }

    cluster.kill9().await.unwrap();
    let outcome = timeout(PATIENCE, appending).await.expect("it waits for ever").unwrap();
    let Err(AppendError::OutcomeUnknown(unknown)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(unknown.events(), [id]);

    cluster.start().await.unwrap();
    timeout(PATIENCE, store.append_one(append("3"))).await.expect("it waits for ever").unwrap();
    // The connections for reading that were lost are noticed one by one.
    let begun = Instant::now();
    let found = loop {
        match store.find(&[id]).await {
            Ok(found) => break found,
            Err(error) => assert!(error.is_transient() && begun.elapsed() < PATIENCE, "{error:?}"),
        }
    };
    assert_eq!(found, [None]);
}
