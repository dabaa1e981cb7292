//! Snapshots: a cached fold, never the truth.

use crate::{StoreError, StreamId, StreamVersion};
use async_trait::async_trait;
use bytes::Bytes;

/// The state of a stream at a version, so that folding can begin there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamId,
    /// The state includes the events up to this version.
    pub version: StreamVersion,
    /// The version of the state's shape; a snapshot of another shape is not found.
    pub schema: u32,
    /// The state, in a form of its writer's choice.
    pub state: Bytes,
}

impl Snapshot {
    /// A snapshot.
    #[must_use]
    pub fn new(stream: StreamId, version: StreamVersion, schema: u32, state: impl Into<Bytes>) -> Self {
        Self { stream, version, schema, state: state.into() }
    }
}

/// Keeps at most one snapshot of a stream and schema.
///
/// # Caller's duties
/// A snapshot is a cache: one that is missing, unreadable or newer than the stream is ignored and made again, and a
/// failure to save one fails nothing else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no snapshots",
    label = "this should keep snapshots",
    note = "use a store that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl SnapshotStore for {Self}`"
)]
#[async_trait]
pub trait SnapshotStore: Send + Sync + 'static {
    /// The snapshot of `stream` whose state has the shape `schema`.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError>;

    /// Keeps `snapshot` in place of an older one of the same stream and schema; one that is older than what is kept
    /// changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError>;

    /// Forgets all snapshots of `stream`.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError>;
}
