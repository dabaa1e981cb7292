//! What an append returns.

use crate::{LogId, Position, StreamId, StreamVersion, Timestamp};
use std::collections::HashMap;

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
    /// The receipt of events that were written, in position order. For stores.
    #[must_use]
    pub fn new<'a>(
        log: LogId,
        recorded_at: Timestamp,
        events: impl IntoIterator<Item = (&'a StreamId, StreamVersion, Position)>,
    ) -> Self {
        let mut written: Vec<Written> = Vec::new();
        // Nearly every append writes to one stream, which needs no map to be found.
        let mut others: HashMap<&StreamId, usize> = HashMap::new();
        for (stream, version, position) in events {
            let found = match written.last() {
                Some(last) if last.stream == *stream => Some(written.len() - 1),
                _ => others.get(stream).copied(),
            };
            if let Some(index) = found {
                (written[index].version, written[index].position) = (version, position);
            } else {
                others.insert(stream, written.len());
                written.push(Written { stream: stream.clone(), version, position });
            }
        }
        Self { log, written, recorded_at }
    }

    /// The receipt of an append without events, which wrote nothing. For stores.
    #[must_use]
    pub fn empty(log: LogId) -> Self {
        Self::new(log, crate::time::now(), [])
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
