//! What an append returns.

use crate::{LogId, Position, StreamId, StreamVersion, Timestamp};

/// Proof of an append, returned by stores and by [`App::send`](crate::App::send): which events it wrote where.
///
/// A projection can be asked whether it has applied *this append* (`wait_for`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The log.
    pub log: LogId,
    /// What was written, by stream, in the order of first appearance. Empty if the append had no events.
    pub written: Vec<Written>,
    /// When it was recorded, by the store's clock.
    pub recorded_at: Timestamp,
}

/// What an append wrote to one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The stream.
    pub stream: StreamId,
    /// The version of the last event written to it, so the stream's version after the append.
    pub version: StreamVersion,
    /// The position of the last event written to it.
    pub position: Position,
}

impl Receipt {
    /// An append that wrote nothing yet. For stores.
    #[must_use]
    pub fn new(log: LogId, recorded_at: Timestamp) -> Self {
        Self { log, written: Vec::new(), recorded_at }
    }

    /// An append without events, which wrote nothing. For stores.
    #[must_use]
    pub fn empty(log: LogId) -> Self {
        Self::new(log, crate::time::now())
    }

    /// Notes an event that was written. For stores; call it in position order.
    pub fn note(&mut self, stream: &StreamId, version: StreamVersion, position: Position) {
        match self.written.iter_mut().find(|w| w.stream == *stream) {
            Some(written) => (written.version, written.position) = (version, position),
            None => self.written.push(Written { stream: stream.clone(), version, position }),
        }
    }

    /// The position of the last event, [`Position::START`] if there was none.
    #[must_use]
    pub fn position(&self) -> Position {
        self.written.iter().map(|w| w.position).max().unwrap_or_default()
    }

    /// The version that `stream` had after the append, if it wrote to it.
    #[must_use]
    pub fn version_of(&self, stream: &StreamId) -> Option<StreamVersion> {
        self.written.iter().find(|w| w.stream == *stream).map(|w| w.version)
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}
