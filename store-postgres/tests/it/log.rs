//! What tests write to a log, and how they read it.

use factum_core::{
    Append, AppendError, Conflict, EventReader, EventType, NewEvent, Position, Query, Receipt, RecordedEvent,
    StreamId, StreamVersion, Tag,
    store::{EventReaderExt, ReadLog, ReadStream},
};
use factum_store_postgres::{PgStore, sqlx::PgConnection};
use futures_util::TryStreamExt;
use std::time::Duration;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{error::Elapsed, timeout},
};

pub(crate) fn stream(key: &str) -> StreamId {
    StreamId::new("account", key).unwrap()
}

pub(crate) fn event(key: &str) -> NewEvent {
    NewEvent::new(stream(key), EventType::from_static("Noted"), "{}")
}

pub(crate) fn tag(name: &str) -> Tag {
    Tag::new(name).unwrap()
}

/// One event.
pub(crate) fn small(key: &str) -> Append {
    Append::new([event(key)])
}

/// One event with a tag.
pub(crate) fn tagged(key: &str, name: &str) -> Append {
    Append::new([event(key).with_tags([tag(name)])])
}

/// Appends in a transaction of the caller's, and gives the position.
pub(crate) async fn append_in(store: &PgStore, transaction: &mut PgConnection, append: Append) -> u64 {
    store.append_in(transaction, append).await.unwrap().position().get()
}

pub(crate) async fn log(store: &PgStore) -> Vec<RecordedEvent> {
    log_by(store, ReadLog::new(Query::all())).await
}

pub(crate) async fn log_by(store: &PgStore, request: ReadLog) -> Vec<RecordedEvent> {
    store.log_events(request).try_collect().await.unwrap()
}

/// Where the events are that can be read now.
pub(crate) async fn positions(store: &PgStore) -> Vec<u64> {
    log(store).await.iter().map(|event| event.position.get()).collect()
}

/// The stream's versions and where they are, in order.
pub(crate) async fn history(store: &PgStore, key: &str) -> Vec<(u64, u64)> {
    let events: Vec<_> = store.stream_events(ReadStream::new(stream(key))).try_collect().await.unwrap();
    events.iter().map(|event| (event.version.get(), event.position.get())).collect()
}

pub(crate) async fn version(store: &PgStore, key: &str) -> u64 {
    store.stream_version(stream(key)).await.unwrap().get()
}

/// The version that a refused append has found.
pub(crate) fn actual(outcome: Result<Receipt, AppendError>) -> StreamVersion {
    match outcome {
        Err(AppendError::Conflict(Conflict::Version { actual, .. })) => actual,
        other => panic!("expected a conflict, not {other:?}"),
    }
}

/// The position of the event that has stood against a condition.
pub(crate) fn matched(outcome: Result<Receipt, AppendError>) -> Position {
    match outcome {
        Err(AppendError::Conflict(Conflict::Condition { position, .. })) => position,
        other => panic!("expected a conflict, not {other:?}"),
    }
}

/// Reads on whenever it is woken, and never goes back.
pub(crate) struct Subscriber {
    seen: watch::Receiver<Vec<u64>>,
    task: JoinHandle<()>,
}

impl Subscriber {
    pub(crate) fn of(store: &PgStore) -> Self {
        let (sender, seen) = watch::channel(Vec::new());
        let (store, mut wakes) = (store.clone(), store.watch());
        let task = tokio::spawn(async move {
            let mut request = ReadLog::new(Query::all()).limit(2);
            loop {
                let page = store.read_log(request.clone()).await.unwrap();
                request.go_on_after(&page);
                let new = page.events.iter().map(|event| event.position.get());
                sender.send_modify(|seen| seen.extend(new));
                if page.done && !wakes.changed().await {
                    return;
                }
            }
        });
        Self { seen, task }
    }

    /// Waits until it has been given events at these positions, in this order, and at no others.
    pub(crate) async fn sees(&mut self, positions: &[u64]) {
        let seen = self.seen.wait_for(|seen| seen.len() >= positions.len());
        let waited: Result<_, Elapsed> = timeout(Duration::from_secs(60), seen).await;
        assert_eq!(*waited.expect("it was not woken").unwrap(), positions);
    }

    /// What it has been given so far.
    pub(crate) fn seen(&self) -> Vec<u64> {
        self.seen.borrow().clone()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}
