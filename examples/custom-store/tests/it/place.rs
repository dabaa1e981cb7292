//! A folder of a test's own with a log in it.

use custom_store::FileStore;
use factum_core::{
    Append, EventType, NewEvent, Query, RecordedEvent, StreamId,
    store::{EventAppender, EventReaderExt, ReadLog},
};
use futures_util::TryStreamExt;
use std::{fs, path::PathBuf};
use tempfile::TempDir;

pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("test.log")
    }

    pub(crate) fn open(&self) -> FileStore {
        FileStore::open(self.path()).unwrap()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    pub(crate) fn overwrite(&self, bytes: &[u8]) {
        fs::write(self.path(), bytes).unwrap();
    }

    /// How long the file is after each append of two events, beginning with none.
    pub(crate) async fn filled(&self, appends: usize) -> Vec<usize> {
        let store = self.open();
        let mut lengths = vec![self.bytes().len()];
        for _ in 0..appends {
            store.append_one(Append::new([event("a"), event("b")])).await.unwrap();
            lengths.push(self.bytes().len());
        }
        lengths
    }
}

pub(crate) fn event(key: &str) -> NewEvent {
    let stream = StreamId::new("account", key).unwrap();
    NewEvent::new(stream, EventType::from_static("Opened"), r#"{"owner":"Ada"}"#)
}

pub(crate) async fn log(store: &FileStore) -> Vec<RecordedEvent> {
    store.log_events(ReadLog::new(Query::all())).try_collect().await.unwrap()
}
