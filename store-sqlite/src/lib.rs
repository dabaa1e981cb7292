//! The embedded durable store: one SQLite file, no server.
//!
//! An append is durable when it returns: the file is in WAL mode with `synchronous = FULL`. Appends of all tasks of
//! the process are committed in groups: what arrives while one group is being written to disk forms the next, so that
//! many tasks share one flush, and a lone append waits for nobody. Several processes may have the file open at once.
//!
//! Read models live in the same file, beside the log: the store is a [`Sink`](factum_core::sink::Sink) whose commits join the
//! same groups. It is a [`CheckpointStore`](factum_core::CheckpointStore), a [`SnapshotStore`](factum_core::SnapshotStore) and
//! an [`InboxStore`](factum_core::InboxStore) too.
//!
//! An application gives it to its app, `App::builder(SqliteStore::open("bank.db").await?)`, and is done with it. What the app does with it:
//!
//! ```
//! use factum_core::{Append, EventAppender, EventType, NewEvent, StreamId, store::EventReaderExt};
//! use factum_store_sqlite::SqliteStore;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("bank.db");
//! # runtime.block_on(async {
//! let account = StreamId::new("account", "7")?;
//! let store = SqliteStore::open(&path).await?;
//! store.append_one(Append::new([NewEvent::new(account.clone(), EventType::from_static("Opened"), "{}")])).await?;
//! drop(store);
//!
//! let again = SqliteStore::open(&path).await?;
//! assert_eq!(again.stream_version(account).await?.get(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod append;
mod cache;
mod checkpoint;
mod clock;
mod config;
mod document;
mod error;
mod generation;
mod inbox;
mod inline;
mod lease;
mod log_query;
mod quarantine;
mod read;
mod reader;
mod repair;
mod row;
mod schema;
mod sink;
mod snapshot;
mod subscribe;
mod thread;
mod writer;

/// The SQLite driver, whose transactions [`SqliteWork`] is given.
pub use rusqlite;

pub use self::{config::SqliteConfig, sink::SqliteWork};

use self::{reader::Readers, subscribe::OtherWriters, writer::Writer};
use factum_core::{
    LogId, StoreError,
    sink::{Inlines, WorkError},
};
use std::{fmt, path::Path, sync::Arc};

/// A log, with checkpoints, snapshots, documents and an inbox, in one SQLite file. Cheap to clone; all clones are one
/// store.
///
/// Dropping the last clone waits until what was sent before is done, and closes the file.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    config: SqliteConfig,
    log: LogId,
    readers: Readers,
    others: OtherWriters,
    inlines: Inlines<SqliteStore>,
    /// Dropped last: the last connection to close moves the WAL into the file and removes it.
    writer: Writer,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, which is created if there is none. For other options see [`SqliteConfig`].
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened, is no database, or was made by a newer version of this crate
    /// ([`StoreError::is_incompatible`]).
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteConfig::new(path).open().await
    }

    /// Reads with SQL of your own, such as the tables that a projection of yours keeps, on a thread of the store.
    /// Everything in `read` sees the same state of the file, and nothing in it can write.
    ///
    /// # Errors
    /// [`StoreError`] with what `read` returned, or when the store is closed.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let doing = || "reading with SQL".to_owned();
        self.inner.readers.read(doing, move |connection, _| read(connection)).await
    }

    /// Writes with SQL of your own, in one transaction: all that `write` does is durable when this has returned, or after an
    /// error none. What binds [`SqliteWork`] binds it too.
    ///
    /// # Errors
    /// [`WorkError`] with what `write` returned, or a [`StoreError`] when the transaction failed or the store is closed.
    pub async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&rusqlite::Connection) -> Result<T, WorkError> + Send + 'static,
    ) -> Result<T, WorkError> {
        self.inner.writer.write("writing with SQL", write).await
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.inner.config.path()
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path())
            .field("log", &self.inner.log)
            .finish_non_exhaustive()
    }
}
