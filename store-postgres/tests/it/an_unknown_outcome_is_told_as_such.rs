//! The connection of a writer is lost while its append is being committed. Nobody can say then what has become of it, until
//! its events are looked up.

use crate::{
    log::{event, positions, small},
    place::{Place, until},
    read_model,
};
use factum_core::{Append, AppendError, EventAppender, EventReader};
use tokio_postgres::Client;

/// Ends the connections of the store that wait for a lock; `true` once there was one.
async fn terminate(sql: &Client, place: &Place) -> bool {
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = $1 AND wait_event_type = 'Lock'";
    sql.query_one(kill, &[&place.schema()]).await.unwrap().get::<_, i64>(0) > 0
}

/// With one event, which is one statement, with several, which are a call of the function, and with so many that they are
/// copied in a transaction.
#[tokio::test]
async fn and_the_events_can_be_looked_up() {
    let place = Place::new().await;
    let store = place.open().await;
    // Its number is known from now on.
    store.append_one(small("a")).await.unwrap();
    let sql = place.sql().await;
    for count in [1, 2, 300] {
        let append = Append::new((0..count).map(|_| event("a")));
        let ids: Vec<_> = append.events.iter().map(|event| event.id).collect();
        // What it needs to commit.
        sql.batch_execute("BEGIN; LOCK TABLE events IN SHARE MODE").await.unwrap();
        let outcome = tokio::spawn({
            let (store, append) = (store.clone(), append.clone());
            async move { store.append_one(append).await }
        });
        until("the writer to be terminated", async || terminate(&sql, &place).await).await;
        match outcome.await.unwrap() {
            Err(AppendError::OutcomeUnknown(unknown)) => assert_eq!(unknown.events(), ids),
            outcome => panic!("{count}: {outcome:?}"),
        }
        sql.batch_execute("COMMIT").await.unwrap();
        assert!(store.find(&ids).await.unwrap().iter().all(Option::is_none));
        // So it can be repeated.
        let receipt = store.append_one(append).await.unwrap();
        assert_eq!(store.find(&ids).await.unwrap().last(), Some(&Some(receipt.position())));
        assert_eq!(positions(&store).await.last(), Some(&receipt.position().get()));
    }
}

/// With a read model the events are written before the transaction is committed, and what nobody commits is undone.
#[tokio::test]
async fn but_not_before_it_is_committed() {
    let place = Place::new().await;
    let store = place.open().await;
    let _places = read_model::places(&store).await;
    store.append_one(small("a")).await.unwrap();
    let sql = place.sql().await;
    sql.batch_execute("BEGIN; LOCK TABLE events IN SHARE MODE").await.unwrap();
    let append = small("a");
    let outcome = tokio::spawn({
        let (store, append) = (store.clone(), append.clone());
        async move { store.append_one(append).await }
    });
    until("the writer to be terminated", async || terminate(&sql, &place).await).await;
    match outcome.await.unwrap() {
        Err(AppendError::Store(error)) => assert!(error.is_transient(), "{error:?}"),
        outcome => panic!("{outcome:?}"),
    }
    sql.batch_execute("COMMIT").await.unwrap();
    let last = store.append_one(append).await.unwrap().position().get();
    assert_eq!(read_model::reached(&store).await, last);
}

/// It is committed, and only the word of it is lost: the server waits for a replica that does not answer, and the
/// connection is ended meanwhile.
#[tokio::test]
async fn also_if_it_was_committed() {
    if_it_was_committed(false).await;
}

#[tokio::test]
async fn also_if_it_was_committed_with_a_read_model() {
    if_it_was_committed(true).await;
}

async fn if_it_was_committed(with_a_read_model: bool) {
    use factum_services::postgres::Cluster;
    use factum_store_postgres::PgStore;
    let cluster = Cluster::builder().start().await.unwrap();
    let url = cluster.url("postgres");
    let store = PgStore::connect(&url).await.unwrap();
    let _places = if with_a_read_model { Some(read_model::places(&store).await) } else { None };
    store.append_one(small("a")).await.unwrap();
    let sql = crate::place::connect(&crate::place::named(&url, "beside")).await;
    let replica = |name: &'static str| format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'");
    sql.batch_execute(&replica("nobody")).await.unwrap();
    sql.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let mut written = 1;
    let (append, id) = loop {
        let append = small("a");
        let id = append.events[0].id;
        let outcome = tokio::spawn({
            let (store, append) = (store.clone(), append.clone());
            async move { store.append_one(append).await }
        });
        until("the writer to wait for the replica", async || {
            outcome.is_finished() || sql.query_one(kill, &[]).await.unwrap().get::<_, i64>(0) > 0
        })
        .await;
        match outcome.await.unwrap() {
            Err(AppendError::OutcomeUnknown(unknown)) => {
                assert_eq!(unknown.events(), [id]);
                break (append, id);
            }
            // The server has not read its configuration again yet.
            Ok(_) => written += 1,
            outcome => panic!("{outcome:?}"),
        }
        assert!(written < 1_000, "the server does not wait for a replica");
    };
    sql.batch_execute(&replica("")).await.unwrap();
    sql.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    until("the commit to be seen", async || store.find(&[id]).await.unwrap()[0].is_some()).await;
    // Repeating it does no harm where it is looked at.
    match store.append_one(append).await {
        Err(AppendError::DuplicateEvent(twice)) => assert_eq!(twice, id),
        outcome => panic!("{outcome:?}"),
    }
    assert_eq!(positions(&store).await.len(), written + 1);
    if with_a_read_model {
        assert_eq!(read_model::documents(&store).await, read_model::expected(&store).await);
    }
}
