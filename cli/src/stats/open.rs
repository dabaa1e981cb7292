use super::fold::Span;
use crate::store::Timestamp;
use serde::Serialize;

/// The most streams that were open at once, and since when.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct OpenAtOnce {
    pub(super) streams: u64,
    /// The first moment at which so many were open.
    pub(super) at: Timestamp,
}

/// Both ends of a span belong to it: at the moment at which one stream ends and another begins, both are open, and a
/// stream with a single event is open for that moment.
pub(super) fn most<'a>(spans: impl Iterator<Item = &'a Span> + Clone) -> Option<OpenAtOnce> {
    let mut starts: Vec<_> = spans.clone().map(|span| span.first).collect();
    let mut ends: Vec<_> = spans.map(|span| span.last).collect();
    starts.sort_unstable();
    ends.sort_unstable();
    let mut most = None;
    let mut ended = 0;
    for (i, at) in starts.into_iter().enumerate() {
        while ends[ended] < at {
            ended += 1;
        }
        let streams = (i + 1 - ended) as u64;
        if most.as_ref().is_none_or(|most: &OpenAtOnce| streams > most.streams) {
            most = Some(OpenAtOnce { streams, at });
        }
    }
    most
}
