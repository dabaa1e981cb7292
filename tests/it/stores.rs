use factum::{
    CheckpointStore, EventStore, RecordedEvent, SnapshotStore, StreamId,
    sink::DocumentSink,
    store::{EventReaderExt, ReadLog, ReadStream},
};
use futures_util::TryStreamExt;

/// Everything that a store of ours is.
pub(crate) trait Store: EventStore + CheckpointStore + SnapshotStore + DocumentSink {}

impl<S: EventStore + CheckpointStore + SnapshotStore + DocumentSink> Store for S {}

/// Makes a test of each function for each store; the functions are called with an empty store.
macro_rules! on_every_store {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(factum::MemoryStore::new()).await;
            })+
        }

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                super::$test(factum::SqliteStore::open(folder.path().join("log.db")).await.unwrap()).await;
            })+
        }
    };
}

pub(crate) use on_every_store;

pub(crate) fn stream(key: &str) -> factum::StreamId {
    factum::StreamId::new("account", key).unwrap()
}

pub(crate) async fn log(store: &impl EventStore) -> Vec<RecordedEvent> {
    store.log_events(ReadLog::new(factum::Query::all())).try_collect().await.unwrap()
}

pub(crate) async fn read(store: &impl EventStore, stream: &StreamId) -> Vec<RecordedEvent> {
    store.stream_events(ReadStream::new(stream.clone())).try_collect().await.unwrap()
}

pub(crate) fn names(events: &[RecordedEvent]) -> Vec<&str> {
    events.iter().map(|event| event.event_type.as_str()).collect()
}
