use crate::{SqliteStore, checkpoint::move_checkpoint};
use async_trait::async_trait;
use factum_core::{
    StoreError,
    checkpoint::{Advance, AdvanceError},
    sink::{CommitError, Sink, WorkError},
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
