use crate::{SqliteStore, checkpoint::move_checkpoint};
use async_trait::async_trait;
use factum_core::{
    ConsumerName, MessageKey, StoreError,
    checkpoint::{Advance, AdvanceError},
    sink::{CommitError, InboxSink, Sink, WorkError},
};
use rusqlite::Connection;
use std::fmt;

/// What a projection does inside a transaction of a [`SqliteStore`]: SQL of its own, or changes of documents.
pub struct SqliteWork(Box<Work>);

type Work = dyn FnOnce(&Connection) -> Result<(), WorkError> + Send;

impl SqliteWork {
    /// Work that is done when it is committed.
    ///
    /// The connection is inside a transaction of the store, which commits it together with the projection's
    /// checkpoint, and perhaps with other appends; so the work cannot begin, commit or roll back one of its own:
    /// SQLite refuses it ("not authorized"). Savepoints of its own are allowed.
    ///
    /// It runs on the one thread that writes, so everybody waits for it, and it must not itself wait for the store.
    /// If it panics, it is undone like work that fails.
    pub fn new(work: impl FnOnce(&Connection) -> Result<(), WorkError> + Send + 'static) -> Self {
        Self(Box::new(work))
    }

    pub(crate) fn run(self, connection: &Connection) -> Result<(), WorkError> {
        (self.0)(connection)
    }
}

impl Default for SqliteWork {
    fn default() -> Self {
        Self::new(|_| Ok(()))
    }
}

impl fmt::Debug for SqliteWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteWork")
    }
}

#[async_trait]
impl Sink for SqliteStore {
    type Work = SqliteWork;

    async fn commit(&self, work: SqliteWork, advance: Advance) -> Result<(), CommitError> {
        let work = move |connection: &Connection| -> Result<(), Failure> {
            // First, so that a deposed owner has no effect at all.
            move_checkpoint(connection, &advance)?;
            work.run(connection).map_err(|e| Failure(CommitError::Work(e)))
        };
        self.inner.writer.write("committing a read model", work).await.map_err(|Failure(error)| error)
    }
}

#[async_trait]
impl InboxSink for SqliteStore {
    async fn commit_received(
        &self,
        work: SqliteWork,
        advance: Advance,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<bool, CommitError> {
        let (consumer, messages) = (consumer.clone(), messages.to_vec());
        let work = move |connection: &Connection| -> Result<(), Received> {
            move_checkpoint(connection, &advance)?;
            let new = Self::receive_in(connection, &consumer, &messages)?;
            if new.contains(&false) {
                // An error, so that the others are not kept either.
                return Err(Received::Before);
            }
            work.run(connection).map_err(|error| Received::Failed(CommitError::Work(error)))
        };
        match self.inner.writer.write("committing what a message has changed", work).await {
            Ok(()) => Ok(true),
            Err(Received::Before) => Ok(false),
            Err(Received::Failed(error)) => Err(error),
        }
    }
}

/// Why messages were not received.
enum Received {
    /// One of them was before.
    Before,
    Failed(CommitError),
}

impl From<StoreError> for Received {
    fn from(error: StoreError) -> Self {
        Self::Failed(AdvanceError::from(error).into())
    }
}

impl From<AdvanceError> for Received {
    fn from(error: AdvanceError) -> Self {
        Self::Failed(error.into())
    }
}

/// Brings a failure of the store into the one error that work has.
struct Failure(CommitError);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        AdvanceError::from(error).into()
    }
}

impl From<AdvanceError> for Failure {
    fn from(error: AdvanceError) -> Self {
        Self(error.into())
    }
}
