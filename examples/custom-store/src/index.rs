//! The records in memory, in the form in which they are asked for.

use crate::schema::Record;
use factum_core::{
    Checkpoint, CheckpointKey, EventId, Position, RecordedEvent, Snapshot, StreamId, StreamVersion,
    checkpoint::Epoch,
};
use std::collections::HashMap;

#[derive(Default)]
pub(crate) struct Index {
    /// The event at position `p` is at index `p - 1`: positions have no holes.
    pub(crate) events: Vec<RecordedEvent>,
    /// Indexes into `events`; the event of version `v` is at index `v - 1`.
    pub(crate) streams: HashMap<StreamId, Vec<usize>>,
    pub(crate) ids: HashMap<EventId, Position>,
    pub(crate) checkpoints: HashMap<CheckpointKey, Checkpoint>,
    pub(crate) snapshots: HashMap<(StreamId, u32), Snapshot>,
}

impl Index {
    /// Takes a record in. All that changes the index goes through here, whether it is new or read from the file.
    pub(crate) fn apply(&mut self, record: Record) {
        match record {
            Record::Append { recorded_at, events } => {
                for event in events {
                    let event = factum_core::NewEvent::from(event);
                    let version = self.version(&event.stream).next();
                    self.push(event.recorded(self.head().next(), version, recorded_at));
                }
            }
            Record::Checkpoint { consumer, log, partition, position, epoch } => {
                let key = CheckpointKey::new(consumer, log).partition(partition);
                self.checkpoints.insert(key, Checkpoint::new(position, Epoch::new(epoch)));
            }
            Record::Snapshot { stream, version, schema, state } => {
                let snapshot = Snapshot::new(stream.clone(), version, schema, state);
                self.snapshots.insert((stream, schema), snapshot);
            }
            Record::SnapshotsDeleted { stream } => self.snapshots.retain(|(kept, _), _| *kept != stream),
        }
    }

    fn push(&mut self, event: RecordedEvent) {
        self.ids.insert(event.id, event.position);
        self.streams.entry(event.stream.clone()).or_default().push(self.events.len());
        self.events.push(event);
    }

    pub(crate) fn head(&self) -> Position {
        Position::new(self.events.len() as u64)
    }

    pub(crate) fn version(&self, stream: &StreamId) -> StreamVersion {
        StreamVersion::new(self.streams.get(stream).map_or(0, Vec::len) as u64)
    }
}
