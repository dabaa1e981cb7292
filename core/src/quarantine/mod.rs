//! Quarantine: events that a consumer could not apply, kept in their order until somebody decides, while all else goes on.

mod asked;
mod lane;

pub use self::{
    asked::{Asked, Request},
    lane::Lane,
};

use crate::{CheckpointKey, ConsumerName, EventType, LogId, Position, StoreError, StreamId, Timestamp};
use async_trait::async_trait;

/// An event that waits in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parked {
    /// Whose, and in which partition.
    pub key: CheckpointKey,
    /// What it is in order with.
    pub lane: Lane,
    /// Where the event is in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// Its type.
    pub event_type: EventType,
    /// What happened when it was to be applied; `None` for one that only waits for those before it.
    pub failure: Option<Failure>,
    /// Since when it waits, by the store's clock.
    pub parked_at: Timestamp,
    /// What somebody has asked to be done about its lane. Only the first event of a lane has it.
    pub request: Option<Asked>,
}

impl Parked {
    /// An event that only waits for those before it, since now, and for which nothing is requested. For stores, which then
    /// say what is otherwise.
    #[must_use]
    pub fn new(
        key: CheckpointKey,
        lane: Lane,
        position: Position,
        stream: StreamId,
        event_type: EventType,
    ) -> Self {
        let parked_at = crate::time::now();
        Self { key, lane, position, stream, event_type, failure: None, parked_at, request: None }
    }
}

/// Why an event was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The error, with its causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
}

impl Failure {
    /// So many attempts have failed, the last one with this error.
    #[must_use]
    pub fn new(error: impl Into<String>, attempts: u32) -> Self {
        Self { error: error.into(), attempts }
    }
}

/// What changes in quarantine when a checkpoint moves, in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// An event is parked, at the end of its lane.
    Park {
        /// Its lane.
        lane: Lane,
        /// Its position.
        position: Position,
        /// Its stream.
        stream: StreamId,
        /// Its type.
        event_type: EventType,
        /// What happened, if it is the one that could not be applied.
        failure: Option<Failure>,
    },
    /// A parked event was applied, or is left out for good.
    Release {
        /// Its lane.
        lane: Lane,
        /// Its position.
        position: Position,
    },
    /// All parked events of a lane were applied: its document was made anew.
    ReleaseAll {
        /// The lane.
        lane: Lane,
    },
    /// The first event of a lane was tried again in vain.
    Failed {
        /// Its lane.
        lane: Lane,
        /// Its position.
        position: Position,
        /// What happened.
        failure: Failure,
        /// What it was tried for, which is done with that; `None` if it was tried by itself. What was asked for since stays.
        answers: Option<Asked>,
    },
}

/// Which parked events to list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListParked {
    /// Whose.
    pub consumer: ConsumerName,
    /// Of which log.
    pub log: LogId,
    /// Only those of this partition.
    pub partition: Option<u16>,
    /// Only those of this lane.
    pub lane: Option<Lane>,
    /// Only those of events from the one position to the other, both included.
    pub events: Option<(Position, Position)>,
    /// Only the first event of each lane.
    pub heads: bool,
    /// Only those after this one, in the order of lanes, as they are printed and by bytes, and within a lane of positions.
    pub after: Option<(Lane, Position)>,
    /// At most so many.
    pub limit: usize,
}

impl ListParked {
    /// All that is parked for `consumer`, the first 1,000.
    #[must_use]
    pub const fn new(consumer: ConsumerName, log: LogId) -> Self {
        Self {
            consumer,
            log,
            partition: None,
            lane: None,
            events: None,
            heads: false,
            after: None,
            limit: 1_000,
        }
    }

    /// Only those of one partition.
    #[must_use]
    pub const fn partition(mut self, partition: u16) -> Self {
        self.partition = Some(partition);
        self
    }

    /// Only those of one lane.
    #[must_use]
    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = Some(lane);
        self
    }

    /// Only those of the event at `position`, which may be parked in several lanes.
    #[must_use]
    pub const fn event(self, position: Position) -> Self {
        self.events(position, position)
    }

    /// Only those of the events from `first` to `last`, both included.
    #[must_use]
    pub const fn events(mut self, first: Position, last: Position) -> Self {
        self.events = Some((first, last));
        self
    }

    /// Only the first event of each lane.
    #[must_use]
    pub const fn heads(mut self) -> Self {
        self.heads = true;
        self
    }

    /// Only those after this one.
    #[must_use]
    pub fn after(mut self, lane: Lane, position: Position) -> Self {
        self.after = Some((lane, position));
        self
    }

    /// At most `limit`.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}

/// Keeps what is in quarantine. Events get into it and out of it together with a move of the checkpoint
/// ([`Advance::quarantine`](crate::checkpoint::Advance::quarantine)).
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no quarantine",
    label = "this should keep events that could not be applied",
    note = "use a store that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl QuarantineStore for {Self}`"
)]
#[async_trait]
pub trait QuarantineStore: Send + Sync + 'static {
    /// What is parked, in the order of lanes, as they are printed and by bytes, and within a lane of positions.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError>;

    /// The consumers that have something in quarantine, and the logs that it is of.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError>;

    /// Asks for something to be done about one lane of a consumer, or all of them; a later request takes the place of one
    /// that is not done yet, and has another number. Says for how many lanes.
    ///
    /// With `first`, it is asked only for lanes whose first event is at that position. Whoever has looked at an event, and then
    /// asks for it to be left out, says so with that: nothing is asked for if it was applied meanwhile, and another one is the
    /// first.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError>;

    /// The lanes of a partition for which something is requested, with the position of the first event.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError>;
}
