use super::{Import, batch};
use crate::failure::Failure;
use async_trait::async_trait;
use factum::MemoryStore;
use factum::{
    Append, AppendError, EventAppender, EventId, EventReader, LogId, Position, Receipt, StoreError,
    StreamVersion,
    store::{Capabilities, ListStreams, OutcomeUnknown, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// What happens to the next append.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another writer is faster with this.
    Overtaken(Append),
    /// It never arrives.
    RequestLost,
    /// It is done, but that is not heard of.
    ReplyLost,
}

/// A store to which things happen.
#[derive(Debug, Default)]
pub(super) struct Faulty {
    store: MemoryStore,
    faults: Mutex<VecDeque<Fault>>,
}

impl Faulty {
    fn expect(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }
}

#[async_trait]
impl EventAppender for Faulty {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let ids = appends.iter().flat_map(|append| &append.events).map(|event| event.id).collect();
        let unknown =
            || vec![Err(OutcomeUnknown::new(ids, StoreError::new("committing", "no reply")).into())];
        match fault {
            None => self.store.append(appends).await,
            Some(Fault::Overtaken(by)) => {
                assert!(self.store.append(vec![by]).await.iter().all(Result::is_ok));
                self.store.append(appends).await
            }
            Some(Fault::RequestLost) => unknown(),
            Some(Fault::ReplyLost) => {
                assert!(self.store.append(appends).await.iter().all(Result::is_ok));
                unknown()
            }
        }
    }
}

#[async_trait]
impl EventReader for Faulty {
    fn log_id(&self) -> LogId {
        self.store.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.store.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.store.read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.store.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.store.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.store.streams(request).await
    }

    fn watch(&self) -> Watch {
        self.store.watch()
    }
}

const LINES: [(&str, u64, Option<u128>); 4] =
    [("a-1", 1, None), ("a-2", 1, None), ("a-1", 2, None), ("a-3", 1, None)];

fn append(lines: &[(&str, u64, Option<u128>)]) -> Append {
    Append::new(batch(lines).entries.into_iter().map(|entry| entry.event))
}

#[tokio::test]
async fn another_import_of_the_same_lines_is_joined() {
    let mut import = Import::new();
    import.store.expect([Fault::Overtaken(append(&LINES[..2]))]);
    assert_eq!(import.write(batch(&LINES), false).await, (2, 2, vec![]));
    assert_eq!(import.log().await, ["a-1 1", "a-2 1", "a-1 2", "a-3 1"]);
}

#[tokio::test]
async fn an_event_of_another_writer_at_the_same_version_is_an_error() {
    let mut import = Import::new();
    import.store.expect([Fault::Overtaken(append(&[("a-2", 1, Some(7))]))]);
    let bad = vec!["f:2: stream a-2 has another event at version 1".to_owned()];
    assert_eq!(import.write(batch(&LINES), false).await, (0, 0, bad));
    assert_eq!(import.log().await, ["a-2 1"]);
}

#[tokio::test]
async fn an_append_whose_reply_was_lost_is_found_and_not_repeated() {
    let mut import = Import::new();
    import.store.expect([Fault::ReplyLost]);
    assert_eq!(import.write(batch(&LINES), false).await, (4, 0, vec![]));
    assert_eq!(import.write(batch(&[("a-1", 3, None)]), false).await, (1, 0, vec![]));
    assert_eq!(import.log().await, ["a-1 1", "a-2 1", "a-1 2", "a-3 1", "a-1 3"]);
}

#[tokio::test]
async fn an_append_that_never_arrived_is_repeated_but_not_for_ever() {
    let mut import = Import::new();
    import.store.expect([Fault::RequestLost]);
    assert_eq!(import.write(batch(&LINES), false).await, (4, 0, vec![]));

    let mut import = Import::new();
    import.store.expect((0..10).map(|_| Fault::RequestLost));
    let Err(Failure::Message(message)) = import.try_write(batch(&LINES), false).await else {
        panic!("ten attempts were lost");
    };
    assert!(
        message.starts_with("appending lines 1 to 4, tried 10 times: it is unknown whether"),
        "{message}"
    );
    assert!(import.log().await.is_empty());
}
