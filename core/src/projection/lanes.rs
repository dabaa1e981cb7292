use super::{Partition, ProjectionError};
use crate::{
    Position, RecordedEvent, StreamId,
    quarantine::{Change, Lane},
};
use foldhash::{HashMap, HashMapExt as _};
use std::{
    mem,
    sync::{Mutex, PoisonError},
};

/// Which events a batch may take into a read model: those of one partition, without those that have to wait for an event
/// that could not be applied. It notes those that have to wait.
#[derive(Debug)]
pub struct Lanes {
    partition: Partition,
    /// From which position on the events of a lane have to wait.
    held: HashMap<Lane, Position>,
    /// Nothing is to be changed but this lane, whose events wait no longer.
    only: Option<Lane>,
    /// Whoever projects has no more than a reference.
    found: Mutex<Found>,
}

/// What is found in a batch.
#[derive(Debug, Default)]
struct Found {
    waiting: Vec<Change>,
    end: Option<(Position, ProjectionError)>,
}

impl Lanes {
    /// Everything in this partition.
    #[must_use]
    pub fn new(partition: Partition) -> Self {
        Self { partition, held: HashMap::new(), only: None, found: Mutex::default() }
    }

    /// The partition.
    #[must_use]
    pub const fn partition(&self) -> Partition {
        self.partition
    }

    /// The events of `lane` from this position on have to wait.
    pub fn hold(&mut self, lane: Lane, from: Position) {
        let held = self.held.entry(lane).or_insert(from);
        *held = from.min(*held);
    }

    /// Nothing of `lane` has to wait any more.
    pub fn free(&mut self, lane: &Lane) {
        self.held.remove(lane);
    }

    /// The streams that are lanes that have to wait, and from which position on.
    #[must_use]
    pub fn held_streams(&self) -> Vec<(StreamId, Position)> {
        let stream = |(lane, from): (&Lane, &Position)| match lane {
            Lane::Stream(stream) => Some((stream.clone(), *from)),
            Lane::Document(_) => None,
        };
        self.held.iter().filter_map(stream).collect()
    }

    /// How many lanes have to wait.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// From now on, only what belongs to this lane is taken, though it is held; with `None`, everything that is not held.
    pub fn only(&mut self, lane: Option<Lane>) {
        self.only = lane;
    }

    /// Whether one lane is taken and no other: its events have waited in quarantine, and are tried again.
    #[must_use]
    pub const fn is_only(&self) -> bool {
        self.only.is_some()
    }

    /// Whether an event may be taken, as far as its stream says. If not, it has to wait, and that is noted.
    pub fn takes(&self, event: &RecordedEvent) -> bool {
        match &self.only {
            // Which documents it may change is asked later.
            Some(_) => true,
            None => self.held.is_empty() || self.goes_on(Lane::Stream(event.stream.clone()), event),
        }
    }

    /// Whether an event that [may be taken](Self::takes) may be taken into the document with this key. If not, and it has to
    /// wait, that is noted.
    pub fn takes_into(&self, key: &str, event: &RecordedEvent) -> bool {
        match &self.only {
            Some(Lane::Document(only)) => only == key,
            _ => self.held.is_empty() || self.goes_on(Lane::Document(key.to_owned()), event),
        }
    }

    fn goes_on(&self, lane: Lane, event: &RecordedEvent) -> bool {
        if self.held.get(&lane).is_none_or(|from| event.position < *from) {
            return true;
        }
        let (position, stream, event_type) = (event.position, event.stream.clone(), event.event_type.clone());
        let wait = Change::Park { lane, position, stream, event_type, failure: None };
        self.found.lock().unwrap_or_else(PoisonError::into_inner).waiting.push(wait);
        false
    }

    /// The batch ends before the event at this position, for which there was an error; what was done of it so far has been
    /// done. For a projection whose effects cannot be undone.
    pub fn end_before(&self, position: Position, error: ProjectionError) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.end.get_or_insert((position, error));
    }

    /// Where the batch has ended early, and why.
    pub fn end(&mut self) -> Option<(Position, ProjectionError)> {
        self.found.get_mut().unwrap_or_else(PoisonError::into_inner).end.take()
    }

    /// What was found to wait since this was asked last, in that order.
    pub fn waiting(&mut self) -> Vec<Change> {
        mem::take(&mut self.found.get_mut().unwrap_or_else(PoisonError::into_inner).waiting)
    }
}
