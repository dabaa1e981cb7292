use super::*;
use crate::{
    EventId, EventType, LogId, NewEvent, StreamId, StreamVersion,
    store::{Capabilities, ListStreams, Page, ReadStream, StreamSummary, Watch},
};
use async_trait::async_trait;
use chrono::DateTime;
use futures_util::FutureExt;
use proptest::{collection::vec, prelude::*};
use std::sync::atomic::{AtomicU32, Ordering};

/// A log of which nothing is known but when its events were recorded.
#[derive(Debug)]
struct Times {
    events: Vec<(u64, Timestamp)>,
    /// Behind the last event, where holes are.
    head: u64,
    /// A page looks at so many positions.
    window: u64,
    pages: AtomicU32,
}

#[async_trait]
impl EventReader for Times {
    fn log_id(&self) -> LogId {
        unreachable!("no time is known by it")
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
    }

    async fn read_stream(&self, _: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        unreachable!("a stream is not the log")
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.pages.fetch_add(1, Ordering::Relaxed);
        let last = request.before.map_or(self.head, |before| self.head.min(before.previous().get()));
        let from = request.after.get();
        let through = last.min(from.saturating_add(self.window)).max(from);
        let event = |(position, time): (u64, Timestamp)| {
            let stream = StreamId::new("a", "b").expect("a stream");
            let event = NewEvent::new(stream, EventType::from_static("E"), "{}");
            event.recorded(Position::new(position), StreamVersion::new(position), time)
        };
        let inside = |event: &&(u64, Timestamp)| (from + 1..=through).contains(&event.0);
        let events: Vec<_> =
            self.events.iter().filter(inside).take(request.limit.get()).copied().map(event).collect();
        Ok(match events.last().map(|event| event.position) {
            Some(last) if events.len() == request.limit.get() => Page::new(events, last, false),
            _ => Page::new(events, Position::new(through), through >= last),
        })
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(Position::new(self.head))
    }

    async fn find(&self, _: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        unreachable!("no time is known by it")
    }

    async fn streams(&self, _: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        unreachable!("no time is known by it")
    }

    fn watch(&self) -> Watch {
        unreachable!("what is there now is asked for")
    }
}

impl Times {
    /// Events with so many positions between them, at these seconds.
    fn new(events: &[(u64, i64)], holes_behind: u64, window: u64) -> Self {
        let mut head = 0;
        let place = |&(step, at): &(u64, i64)| {
            head += step;
            (head, second(at))
        };
        let events = events.iter().map(place).collect();
        Self { events, head: head + holes_behind, window, pages: AtomicU32::new(0) }
    }

    fn position_at(&self, time: Timestamp) -> u64 {
        position_at(self, time).now_or_never().expect("it waits for nothing").expect("read").get()
    }

    /// All positions that the rule allows, by looking at each place between two events.
    fn allowed(&self, time: Timestamp) -> Vec<u64> {
        let is_before = |event: &(u64, Timestamp)| event.1 < time;
        (0..=self.events.len())
            .filter(|&n| n == 0 || is_before(&self.events[n - 1]))
            .filter(|&n| n == self.events.len() || !is_before(&self.events[n]))
            .map(|n| if n == 0 { 0 } else { self.events[n - 1].0 })
            .collect()
    }
}

fn second(n: i64) -> Timestamp {
    DateTime::from_timestamp(n, 0).expect("a time")
}

/// Steps that are mostly none, and seconds of which many are the same.
fn events() -> impl Strategy<Value = Vec<(u64, i64)>> {
    let step = prop_oneof![4 => Just(1_u64), 2 => 1..5_u64, 1 => 1..5_000_u64];
    vec((step, 0..12_i64), 0..30)
}

fn window() -> impl Strategy<Value = u64> {
    prop_oneof![Just(u64::MAX), 1..20_u64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn in_order_it_parts_what_was_recorded_before_from_the_rest(
        mut events in events(),
        holes_behind in 0..40_u64,
        window in window(),
        time in -1..14_i64,
    ) {
        let mut times: Vec<_> = events.iter().map(|event| event.1).collect();
        times.sort_unstable();
        events.iter_mut().zip(times).for_each(|(event, time)| event.1 = time);
        let log = Times::new(&events, holes_behind, window);
        let before = log.events.iter().rfind(|event| event.1 < second(time));
        let place = log.position_at(second(time));
        prop_assert_eq!(place, before.map_or(0, |event| event.0));
        prop_assert_eq!(log.allowed(second(time)), [place], "there is only one");
    }

    #[test]
    fn out_of_order_it_is_a_place_where_earlier_turns_to_later(
        events in events(),
        holes_behind in 0..40_u64,
        window in window(),
        time in -1..14_i64,
    ) {
        let log = Times::new(&events, holes_behind, window);
        let (place, allowed) = (log.position_at(second(time)), log.allowed(second(time)));
        prop_assert!(allowed.contains(&place), "{place} is none of {allowed:?}");
    }

    #[test]
    fn it_is_found_with_few_reads(events in events(), holes_behind in 0..40_u64, time in -1..14_i64) {
        let log = Times::new(&events, holes_behind, u64::MAX);
        log.position_at(second(time));
        let most = u64::BITS - log.head.leading_zeros();
        let pages = log.pages.load(Ordering::Relaxed);
        prop_assert!(pages <= most, "{pages} pages of a log up to {}", log.head);
    }
}

#[test]
fn an_empty_log_was_always_at_its_start() {
    for holes in [0, 1, 7] {
        assert_eq!(Times::new(&[], holes, u64::MAX).position_at(second(3)), 0);
    }
}

#[test]
fn of_events_of_one_moment_none_is_taken_for_earlier() {
    let log = Times::new(&[(1, 5); 9], 0, u64::MAX);
    assert_eq!([4, 5, 6].map(|time| log.position_at(second(time))), [0, 0, 9]);
}

#[test]
fn positions_may_be_as_large_as_they_can() {
    let most = Position::MAX.get();
    let log = Times::new(&[(7, 1), (most - 8, 2)], 0, u64::MAX);
    assert_eq!([1, 2, 3].map(|time| log.position_at(second(time))), [0, 7, most - 1]);
}
