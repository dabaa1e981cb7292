use super::open::{self, OpenAtOnce};
use crate::store::{EventType, Position, RecordedEvent, StreamId, Timestamp};
use chrono::NaiveDate;
use serde::Serialize;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

/// What is known of the events so far.
#[derive(Default)]
pub(super) struct Fold {
    head: Position,
    streams: HashMap<StreamId, Span>,
    types: HashMap<EventType, u64>,
    days: BTreeMap<NaiveDate, u64>,
}

/// The events of one stream, by when they happened. That need not be the order in which they were written.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    events: u64,
}

/// The statistics of a log.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Stats {
    pub(super) events: u64,
    pub(super) streams: u64,
    /// The position of the last event, 0 if there is none.
    pub(super) head: Position,
    pub(super) first_time: Option<Timestamp>,
    pub(super) last_time: Option<Timestamp>,
    /// By name.
    pub(super) categories: Vec<CategoryCount>,
    /// The first by name, of several.
    pub(super) longest_stream: Option<StreamCount>,
    /// The earliest, of several.
    pub(super) busiest_day: Option<DayCount>,
    pub(super) open_at_once: Option<OpenAtOnce>,
    /// The most frequent first, then by name.
    pub(super) types: Vec<TypeCount>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct CategoryCount {
    pub(super) category: String,
    pub(super) streams: u64,
    pub(super) events: u64,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct StreamCount {
    pub(super) stream: StreamId,
    pub(super) events: u64,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct DayCount {
    pub(super) day: NaiveDate,
    pub(super) events: u64,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct TypeCount {
    #[serde(rename = "type")]
    pub(super) event_type: EventType,
    pub(super) events: u64,
}

impl Fold {
    pub(super) fn add(&mut self, event: &RecordedEvent) {
        let time = event.time;
        self.head = event.position;
        match self.streams.get_mut(&event.stream) {
            Some(span) => {
                *span =
                    Span { first: span.first.min(time), last: span.last.max(time), events: span.events + 1 };
            }
            None => {
                self.streams.insert(event.stream.clone(), Span { first: time, last: time, events: 1 });
            }
        }
        match self.types.get_mut(&event.event_type) {
            Some(events) => *events += 1,
            None => {
                self.types.insert(event.event_type.clone(), 1);
            }
        }
        *self.days.entry(time.date_naive()).or_default() += 1;
    }

    pub(super) fn finish(self) -> Stats {
        let spans = || self.streams.values();
        let longest = self.streams.iter().max_by_key(|(stream, span)| (span.events, Reverse(*stream)));
        let busiest = self.days.iter().max_by_key(|(day, events)| (**events, Reverse(**day)));
        let mut types: Vec<_> = self
            .types
            .iter()
            .map(|(name, events)| TypeCount { event_type: name.clone(), events: *events })
            .collect();
        types.sort_by(|a, b| (b.events, &a.event_type).cmp(&(a.events, &b.event_type)));
        Stats {
            events: spans().map(|span| span.events).sum(),
            streams: self.streams.len() as u64,
            head: self.head,
            first_time: spans().map(|span| span.first).min(),
            last_time: spans().map(|span| span.last).max(),
            categories: categories(&self.streams),
            longest_stream: longest
                .map(|(stream, span)| StreamCount { stream: stream.clone(), events: span.events }),
            busiest_day: busiest.map(|(day, events)| DayCount { day: *day, events: *events }),
            open_at_once: open::most(spans()),
            types,
        }
    }
}

fn categories(streams: &HashMap<StreamId, Span>) -> Vec<CategoryCount> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (stream, span) in streams {
        let count = counts.entry(stream.category()).or_default();
        *count = (count.0 + 1, count.1 + span.events);
    }
    let counts = counts.into_iter();
    counts
        .map(|(name, (streams, events))| CategoryCount { category: name.to_owned(), streams, events })
        .collect()
}
