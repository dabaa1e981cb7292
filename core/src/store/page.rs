use crate::{RecordedEvent, StreamId, StreamVersion};

/// Part of a stream (`C` is [`StreamVersion`]) or of the log (`C` is [`Position`](crate::Position)).
///
/// It may have fewer events than the limit although more exist: a store ends a page early when its payloads have
/// reached [`limits::PAGE_BYTES`](crate::limits::PAGE_BYTES), or when it has scanned long without a match.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<C> {
    /// The events, in the order that was asked for.
    pub events: Vec<RecordedEvent>,
    /// Up to here everything was looked at, so this is where the next page begins, and what a consumer may keep as
    /// its checkpoint.
    ///
    /// Forward, it is at least the request's `after`; and when [`done`](Self::done), the last place that could be read.
    pub through: C,
    /// Whether the range that was asked for is exhausted, as of when it was read.
    pub done: bool,
}

impl<C> Page<C> {
    /// A page. For stores.
    #[must_use]
    pub const fn new(events: Vec<RecordedEvent>, through: C, done: bool) -> Self {
        Self { events, through, done }
    }
}

/// A stream and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamSummary {
    /// The stream.
    pub stream: StreamId,
    /// The version of its last event, which is also the number of its events.
    pub version: StreamVersion,
}

impl StreamSummary {
    /// A summary. For stores.
    #[must_use]
    pub const fn new(stream: StreamId, version: StreamVersion) -> Self {
        Self { stream, version }
    }
}
