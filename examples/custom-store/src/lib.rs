//! A store of one's own, written to be read: a log in one append-only file, behind the contract of `factum-core`.
//!
//! | module | what it is |
//! |---|---|
//! | `schema` | `Record`: what is written to the file |
//! | `journal`, `frame`, `lock` | the file: an unfinished end is cut off, damage is refused, one store has it at a time |
//! | `index` | the records in memory, where everything is read from |
//! | `append`, `read`, `subscribe`, `checkpoint`, `snapshot` | the traits of the contract, one a file |
//!
//! The log has to fit into memory. Reading never touches the file; writing appends to it and flushes once a call. A
//! call that writes blocks its thread until the disk has the data, and readers wait meanwhile; a store for a busy
//! server would give the file a thread of its own.
//!
//! ```
//! use custom_store::FileStore;
//! use factum_core::{Append, EventAppender, EventType, NewEvent, StreamId, store::EventReaderExt};
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("bank.log");
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let account = StreamId::new("account", "7")?;
//! let store = FileStore::open(&path)?;
//! store.append_one(Append::new([NewEvent::new(account.clone(), EventType::from_static("Opened"), "{}")])).await?;
//! drop(store);
//!
//! assert_eq!(FileStore::open(&path)?.stream_version(account).await?.get(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod append;
mod checkpoint;
mod error;
mod frame;
mod index;
mod journal;
mod lock;
mod read;
mod schema;
mod snapshot;
mod subscribe;

use self::{index::Index, journal::Journal, schema::Record};
use factum_core::{
    LogId, StoreError,
    store::{Watch, WatchSender},
};
use std::{
    fmt,
    path::Path,
    sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// A log, with checkpoints and snapshots, in one append-only file. Cheap to clone; all clones are one store.
///
/// An append is durable when it returns. One process at a time can have the file open.
#[derive(Clone)]
pub struct FileStore {
    inner: Arc<Inner>,
}

struct Inner {
    log: LogId,
    state: RwLock<State>,
    watch: WatchSender,
}

impl FileStore {
    /// Opens the store in the file at `path`, which is created if there is none.
    ///
    /// What a crash has left half-written at the end of the file was never acknowledged, and is cut off.
    ///
    /// # Errors
    /// [`StoreError`]: [transient](StoreError::is_transient) while another store has the file open,
    /// [incompatible](StoreError::is_incompatible) when it is some other file, [corrupt](StoreError::is_corrupt) when
    /// a record that others follow is broken. A file that is refused is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let (journal, records) = Journal::open(path.as_ref())?;
        let mut index = Index::default();
        records.into_iter().for_each(|record| index.apply(record));
        let (watch, _) = Watch::channel();
        let inner = Inner { log: journal.log(), state: RwLock::new(State { index, journal }), watch };
        Ok(Self { inner: Arc::new(inner) })
    }

    fn read(&self) -> Result<RwLockReadGuard<'_, State>, StoreError> {
        self.inner.state.read().ok().filter(|state| !state.journal.is_broken()).ok_or_else(error::broken)
    }

    fn write(&self) -> Result<RwLockWriteGuard<'_, State>, StoreError> {
        self.inner.state.write().ok().filter(|state| !state.journal.is_broken()).ok_or_else(error::broken)
    }
}

/// What is in memory, and the file that it came from. Whoever holds the lock sees both agree: a change and its
/// [flush](State::flush) happen under one lock, so that nobody reads what a crash could take back.
struct State {
    index: Index,
    journal: Journal,
}

impl State {
    /// Makes a change that has passed its checks.
    fn change(&mut self, record: Record) {
        self.journal.stage(&record);
        self.index.apply(record);
    }

    /// Makes the changes durable. If that fails nobody knows what is on the disk, so the store refuses to go on;
    /// opening it again reads what is really there.
    fn flush(&mut self) -> Result<(), StoreError> {
        self.journal.flush()
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("log", &self.inner.log).finish_non_exhaustive()
    }
}
