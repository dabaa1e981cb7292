//! What the store keeps.

use crate::{chunks::Chunks, generation::Begun, ids::Ids, lease::Members, quarantine::Waiting};
use bytes::Bytes;
use factum_core::{
    Checkpoint, CheckpointKey, ConsumerName, EventId, LogId, MessageKey, NewEvent, Position, RecordedEvent,
    Snapshot, StreamId, StreamVersion, Timestamp,
    sink::{Collection, Repair},
};
use foldhash::HashMap;
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Tables {
    /// In position order without holes: the event at position `p` is at index `p - 1`.
    pub(crate) events: Chunks<RecordedEvent>,
    pub(crate) streams: HashMap<StreamId, Stream>,
    pub(crate) ids: Ids,
    pub(crate) checkpoints: HashMap<CheckpointKey, Checkpoint>,
    pub(crate) members: HashMap<(ConsumerName, LogId), Members>,
    /// By the lane as it is printed.
    pub(crate) quarantine: HashMap<(ConsumerName, LogId), BTreeMap<(String, Position), Waiting>>,
    /// When each consumer has received what.
    pub(crate) inbox: HashMap<ConsumerName, HashMap<MessageKey, Timestamp>>,
    pub(crate) snapshots: HashMap<(StreamId, u32), Snapshot>,
    pub(crate) generations: HashMap<ConsumerName, Begun>,
    /// In the order in which they were asked for.
    pub(crate) repairs: HashMap<(ConsumerName, LogId), Vec<Repair>>,
    pub(crate) documents: HashMap<Collection, BTreeMap<String, Bytes>>,
}

pub(crate) struct Stream {
    id: StreamId,
    /// Indexes into the events of the log, in version order without gaps: version `v` is at index `v - 1`.
    pub(crate) events: Vec<usize>,
}

impl Stream {
    /// How many a new one has room for: little beside the first of them, and to grow costs more than an append.
    const EVENTS: usize = 8;
}

impl Tables {
    pub(crate) fn head(&self) -> Position {
        Position::new(self.events.len() as u64)
    }

    pub(crate) fn version(&self, stream: &StreamId) -> StreamVersion {
        StreamVersion::new(self.streams.get(stream).map_or(0, |stream| stream.events.len()) as u64)
    }

    /// Takes the ids of `events`, which are going to have the next positions; or none, if one is in the log already or
    /// twice among them, and then it is that one.
    pub(crate) fn take_ids(&mut self, events: &[NewEvent]) -> Result<(), EventId> {
        let head = self.head().get();
        for (n, event) in events.iter().enumerate() {
            self.ids.take(event.id, Position::new(head + n as u64 + 1)).inspect_err(|_| {
                events[..n].iter().rev().for_each(|taken| self.ids.give_back(taken.id));
            })?;
        }
        Ok(())
    }

    /// Puts an event, whose id is taken, at the end of its stream and of the log.
    pub(crate) fn push(&mut self, mut event: NewEvent, recorded_at: Timestamp) {
        let (index, position) = (self.events.len(), self.head().next());
        let version = match self.streams.get_mut(&event.stream) {
            Some(stream) => {
                // All events of a stream share the id that it has here, so that the log holds its text once. Nearly
                // always they do so already, and what counts its owners is touched for nothing.
                if !stream.id.ptr_eq(&event.stream) {
                    event.stream = stream.id.clone();
                }
                stream.events.push(index);
                StreamVersion::new(stream.events.len() as u64)
            }
            None => {
                let id = event.stream.clone();
                let mut events = Vec::with_capacity(Stream::EVENTS);
                events.push(index);
                self.streams.insert(id.clone(), Stream { id, events });
                StreamVersion::FIRST
            }
        };
        self.events.push(event.recorded(position, version, recorded_at));
    }
}
