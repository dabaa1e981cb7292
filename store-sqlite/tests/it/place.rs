//! A folder with a store in it, and what tests write to it.

use factum_core::{
    Append, CheckpointKey, CheckpointStore, ConsumerName, EventReader, EventType, NewEvent, Position,
    RecordedEvent, StreamId,
    checkpoint::{Advance, Epoch},
    sink::{CommitError, Sink, WorkError},
    store::{EventReaderExt, ReadLog},
};
use factum_store_sqlite::{SqliteConfig, SqliteStore, SqliteWork, rusqlite::Connection};
use futures_util::TryStreamExt;
use std::{
    path::PathBuf,
    sync::mpsc::{Sender, channel},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// A folder that is removed with everything in it.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.file("log.db")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path()).await.unwrap()
    }

    /// A store that does not wait for others.
    pub(crate) async fn impatient(&self) -> SqliteStore {
        SqliteConfig::new(self.path()).busy_timeout(Duration::ZERO).open().await.unwrap()
    }

    /// The same file, beside the store.
    pub(crate) fn sql(&self) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection.busy_timeout(Duration::from_secs(5)).unwrap();
        // As in SQLite's own shell.
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection
    }
}

pub(crate) fn stream(key: &str) -> StreamId {
    StreamId::new("account", key).unwrap()
}

pub(crate) fn event(key: &str, payload: impl Into<String>) -> NewEvent {
    NewEvent::new(stream(key), EventType::from_static("Noted"), payload.into())
}

/// One small event.
pub(crate) fn small(key: &str) -> Append {
    Append::new([event(key, "{}")])
}

pub(crate) async fn log(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.log_events(ReadLog::new(factum_core::Query::all())).try_collect().await.unwrap()
}

/// The streams of the log's events, in order.
pub(crate) async fn keys(store: &SqliteStore) -> Vec<String> {
    log(store).await.iter().map(|event| event.stream.key().to_owned()).collect()
}

/// A consumer's claim on its checkpoint.
pub(crate) struct Owner {
    pub(crate) key: CheckpointKey,
    pub(crate) epoch: Epoch,
}

impl Owner {
    pub(crate) async fn of(store: &SqliteStore, name: &str) -> Self {
        let key = CheckpointKey::new(ConsumerName::new(name).unwrap(), store.log_id());
        let epoch = store.claim(&key).await.unwrap().epoch;
        Self { key, epoch }
    }

    pub(crate) fn to(&self, position: u64) -> Advance {
        Advance::new(self.key.clone(), self.epoch, Position::new(position))
    }

    pub(crate) async fn position(&self, store: &SqliteStore) -> u64 {
        store.checkpoint(&self.key).await.unwrap().unwrap().position.get()
    }
}

/// Does `work` on the thread that writes.
pub(crate) async fn work(
    store: &SqliteStore,
    work: impl FnOnce(&Connection) -> Result<(), WorkError> + Send + 'static,
) -> Result<(), CommitError> {
    let owner = Owner::of(store, "work").await;
    store.commit(SqliteWork::new(work), owner.to(0)).await
}

/// Runs SQL on the thread that writes.
pub(crate) async fn run(store: &SqliteStore, sql: &'static str) {
    work(store, move |connection| Ok(connection.execute_batch(sql)?)).await.unwrap();
}

/// Work that keeps the thread that writes busy, so that everything sent meanwhile becomes the next group.
pub(crate) struct Hold {
    release: Sender<()>,
    done: JoinHandle<Result<(), CommitError>>,
}

impl Hold {
    pub(crate) async fn of(store: &SqliteStore) -> Self {
        let ((entered, inside), (release, released)) = (oneshot::channel(), channel());
        let store = store.clone();
        let done = tokio::spawn(async move {
            let hold = move |_: &Connection| {
                entered.send(()).unwrap();
                Ok(released.recv()?)
            };
            work(&store, hold).await
        });
        inside.await.unwrap();
        Self { release, done }
    }

    pub(crate) async fn release(self) {
        self.release.send(()).unwrap();
        self.done.await.unwrap().unwrap();
    }
}
