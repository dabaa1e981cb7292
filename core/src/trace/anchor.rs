use crate::{CorrelationId, EventId, Position, RecordedEvent};
use uuid::Uuid;

/// What a trace is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Anchor {
    /// One of its events.
    Event(EventId),
    /// One of its events, by its place in the log.
    Position(Position),
    /// The correlation id of all of them.
    Correlation(CorrelationId),
    /// The id of one of its events, or, if the log has no such event, the correlation id.
    Id(Uuid),
}

/// Which trace to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadTrace {
    /// What it is known by.
    pub anchor: Anchor,
    /// Where to begin to read; `None` for the event whose id is the correlation id, or the start of the log if there is
    /// none.
    pub after: Option<Position>,
    /// At most so many events.
    pub limit: usize,
}

impl ReadTrace {
    /// How many events a trace has at most, unless told otherwise.
    pub const LIMIT: usize = 10_000;

    /// The trace that is known by this.
    #[must_use]
    pub fn of(anchor: impl Into<Anchor>) -> Self {
        Self { anchor: anchor.into(), after: None, limit: Self::LIMIT }
    }

    /// Only events after this position. Where a request from outside has a correlation id of its own, this saves reading
    /// the log from its start; see [`position_at`](crate::store::EventReaderExt::position_at).
    #[must_use]
    pub const fn after(mut self, position: Position) -> Self {
        self.after = Some(position);
        self
    }

    /// At most so many events, those that are first in the log; at least one.
    #[must_use]
    pub const fn limit(mut self, events: usize) -> Self {
        self.limit = if events == 0 { 1 } else { events };
        self
    }
}

impl<A: Into<Anchor>> From<A> for ReadTrace {
    fn from(anchor: A) -> Self {
        Self::of(anchor)
    }
}

impl From<EventId> for Anchor {
    fn from(id: EventId) -> Self {
        Self::Event(id)
    }
}

impl From<&RecordedEvent> for Anchor {
    fn from(event: &RecordedEvent) -> Self {
        Self::Event(event.id)
    }
}

impl From<Position> for Anchor {
    fn from(position: Position) -> Self {
        Self::Position(position)
    }
}

impl From<CorrelationId> for Anchor {
    fn from(id: CorrelationId) -> Self {
        Self::Correlation(id)
    }
}

impl From<Uuid> for Anchor {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}
