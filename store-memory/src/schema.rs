//! What the store keeps.

use bytes::Bytes;
use factum_core::{
    Checkpoint, CheckpointKey, EventId, Position, RecordedEvent, Snapshot, StreamId, StreamVersion,
    sink::Collection,
};
use std::collections::{BTreeMap, HashMap, HashSet};

#[derive(Default)]
pub(crate) struct Tables {
    /// In position order without holes: the event at position `p` is at index `p - 1`.
    pub(crate) events: Vec<RecordedEvent>,
    /// Indexes into `events`, in version order without gaps: version `v` is at index `v - 1`.
    pub(crate) streams: HashMap<StreamId, Vec<usize>>,
    pub(crate) ids: HashMap<EventId, Position>,
    pub(crate) checkpoints: HashMap<CheckpointKey, Checkpoint>,
    pub(crate) snapshots: HashMap<(StreamId, u32), Snapshot>,
    pub(crate) documents: HashMap<Collection, BTreeMap<String, Bytes>>,
}

impl Tables {
    pub(crate) fn head(&self) -> Position {
        Position::new(self.events.len() as u64)
    }

    pub(crate) fn version(&self, stream: &StreamId) -> StreamVersion {
        StreamVersion::new(self.streams.get(stream).map_or(0, Vec::len) as u64)
    }

    /// The first id that is in the log already, or twice among `ids`.
    pub(crate) fn duplicate(&self, ids: impl Iterator<Item = EventId>) -> Option<EventId> {
        let mut seen = HashSet::new();
        ids.into_iter().find(|id| self.ids.contains_key(id) || !seen.insert(*id))
    }
}
