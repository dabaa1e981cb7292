//! The in-memory store: the reference implementation of Factum's store contract, and what tests run on.
//!
//! It has the conflict and order semantics of every other store, keeps nothing when it is dropped, and is short enough
//! to be read by whoever writes a store. It is also a [`Sink`](factum_core::sink::Sink), a
//! [`CheckpointStore`](factum_core::CheckpointStore), a [`LeaseStore`](factum_core::LeaseStore), a
//! [`QuarantineStore`](factum_core::QuarantineStore), a [`SnapshotStore`](factum_core::SnapshotStore) and an
//! [`InboxStore`](factum_core::InboxStore).
//!
//! An application gives it to its app, `App::builder(MemoryStore::new())`, and is done with it. What the app does with it:
//!
//! ```
//! use factum_core::{Append, EventAppender, EventType, ExpectedVersion, NewEvent, StreamId, store::EventReaderExt};
//! use factum_store_memory::MemoryStore;
//! # futures_executor::block_on(async {
//! let store = MemoryStore::new();
//! let account = StreamId::new("account", "7")?;
//! let opened = NewEvent::new(account.clone(), EventType::from_static("Opened"), "{}");
//!
//! let append = Append::new([opened]).expect(account.clone(), ExpectedVersion::NoStream);
//! let receipt = store.append_one(append).await?;
//! assert_eq!(receipt.position().get(), 1);
//! assert_eq!(store.stream_version(account).await?.get(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod append;
mod checkpoint;
mod chunks;
mod generation;
mod ids;
mod inbox;
mod inline;
mod lease;
mod quarantine;
mod read;
mod schema;
mod sink;
mod snapshot;
mod subscribe;

pub use self::sink::{MemoryTransaction, MemoryWork};

use self::schema::Tables;
use factum_core::{
    LogId,
    sink::Inlines,
    store::{Clock, SystemClock, Watch, WatchSender},
};
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// A log, with checkpoints, snapshots, documents and an inbox, in memory. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct MemoryStore {
    inner: Arc<Inner>,
}

struct Inner {
    log: LogId,
    tables: RwLock<Tables>,
    watch: WatchSender,
    inlines: Inlines<MemoryStore>,
    clock: Arc<dyn Clock>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock::new())
    }

    /// An empty store that goes by this clock, in all that it does: when events are recorded, when leases end, what time
    /// [`LeaseStore::now`](factum_core::LeaseStore::now) tells.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        let (watch, _) = Watch::channel();
        let (log, tables, inlines) = (LogId::random(), RwLock::default(), Inlines::default());
        Self { inner: Arc::new(Inner { log, tables, watch, inlines, clock: Arc::new(clock) }) }
    }

    fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// Every change is made after all its checks, so a panic cannot leave half of one behind a poisoned lock.
    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.inner.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.inner.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("log", &self.inner.log).finish_non_exhaustive()
    }
}
