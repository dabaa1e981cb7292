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

/// When snapshots of an aggregate are made, and of which shape they are.
///
/// See [`AppBuilder::snapshots`](crate::app::AppBuilder::snapshots).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy is given to `AppBuilder::snapshots`"]
pub struct SnapshotPolicy {
    pub(crate) events: u64,
    pub(crate) schema: u32,
}

impl SnapshotPolicy {
    /// After how many events, unless told otherwise.
    pub const EVENTS: u64 = 100;

    /// One after so many events of a stream since its last one; at least one event. Of schema 0.
    pub const fn every(events: u64) -> Self {
        Self { events: if events == 0 { 1 } else { events }, schema: 0 }
    }

    /// The number of the state's shape and of how it is folded: snapshots of another number are not looked at. Take another number
    /// whenever a field of the state is added, removed or means something else, and whenever an event changes it in another way;
    /// a snapshot that can still be read would otherwise be taken for what the new program folds. Programs of both numbers can
    /// run beside each other.
    pub const fn schema(self, schema: u32) -> Self {
        Self { schema, ..self }
    }
}

/// [Every](Self::every) [`EVENTS`](Self::EVENTS).
impl Default for SnapshotPolicy {
    fn default() -> Self {
        Self::every(Self::EVENTS)
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
