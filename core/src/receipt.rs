//! What an append returns.

use crate::{LogId, Position, StreamId, StreamVersion, Timestamp};
use foldhash::HashMap;
use serde::{Deserialize, Serialize};

/// So many streams of one append are looked through rather than looked up.
const FEW: usize = 8;

/// Proof of an append, returned by stores and by [`App::send`](crate::App::send): which events it wrote where.
///
/// A projection can be asked whether it has applied *this append* (`wait_for`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Written {
    /// The stream.
    pub stream: StreamId,
    /// The version of the last event written to it, so the stream's version after the append.
    pub version: StreamVersion,
    /// The position of the first event written to it. Of the events from here to the last one, those of the stream are those
    /// of the append.
    pub first: Position,
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
        // Few streams are found by looking through them, as nearly every append has them; more, by a map.
        let mut places: Option<HashMap<StreamId, usize>> = None;
        for (stream, version, position) in events {
            let found = match written.last() {
                Some(last) if last.stream == *stream => Some(written.len() - 1),
                _ if written.len() <= FEW => written.iter().position(|written| written.stream == *stream),
                _ => places.as_ref().and_then(|places| places.get(stream).copied()),
            };
            if let Some(index) = found {
                (written[index].version, written[index].position) = (version, position);
                continue;
            }
            let new = Written { stream: stream.clone(), version, first: position, position };
            if written.is_empty() {
                written = vec![new];
            } else {
                written.push(new);
            }
            if written.len() > FEW {
                let places = places.get_or_insert_default();
                let known = places.len();
                let new = written.iter().enumerate().skip(known);
                places.extend(new.map(|(index, written)| (written.stream.clone(), index)));
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

impl AsRef<Self> for Receipt {
    fn as_ref(&self) -> &Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stream_is_there_once_with_its_first_and_last_place_however_many_there_are() {
        for count in [1, 2, FEW, FEW + 1, FEW + 2, 5 * FEW] {
            let ids: Vec<_> =
                (0..count).map(|n| StreamId::new("a", &n.to_string()).expect("a stream")).collect();
            // Twice around, then each twice in a row.
            let order = (0..2 * count).map(|n| n % count).chain((0..2 * count).map(|n| n / 2));
            let events = order
                .enumerate()
                .map(|(at, n)| (&ids[n], StreamVersion::new(at as u64 + 1), Position::new(at as u64 + 1)));
            let receipt = Receipt::new(LogId::random(), crate::time::now(), events);
            assert!(receipt.written.iter().map(|written| &written.stream).eq(&ids), "{count} streams");
            for (n, written) in receipt.written.iter().enumerate() {
                assert_eq!(written.first.get() as usize, n + 1);
                assert_eq!(written.position.get() as usize, 2 * count + 2 * n + 2);
                assert_eq!(written.version.get(), written.position.get());
            }
        }
    }
}
