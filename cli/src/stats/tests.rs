use super::fold::{Fold, Stats};
use crate::store::{EventType, NewEvent, Position, StreamVersion, Timestamp};

/// Statistics of events given as stream, type and second, in the order of the log.
fn stats(events: &[(&str, &str, i64)]) -> Stats {
    let mut fold = Fold::default();
    for (position, (stream, event_type, second)) in (1..).zip(events) {
        let time = Timestamp::from_timestamp(*second, 0).expect("a time");
        let event_type = EventType::new(event_type).expect("a type");
        let event = NewEvent::new(stream.parse().expect("a stream"), event_type, "{}").with_time(time);
        fold.add(&event.recorded(Position::new(position), StreamVersion::FIRST, time));
    }
    fold.finish()
}

#[test]
fn an_empty_log_has_nothing_to_count() {
    let stats = stats(&[]);
    assert_eq!((stats.events, stats.streams, stats.head), (0, 0, Position::START));
    assert!(stats.longest_stream.is_none() && stats.busiest_day.is_none() && stats.open_at_once.is_none());
}

#[test]
fn types_come_by_frequency_and_categories_by_name() {
    let stats = stats(&[("b-1", "X", 0), ("a-1", "Y", 0), ("a-2", "Z", 0), ("a-2", "Y", 0)]);
    let types: Vec<_> = stats.types.iter().map(|t| (t.event_type.as_str(), t.events)).collect();
    assert_eq!(types, [("Y", 2), ("X", 1), ("Z", 1)]);
    let categories: Vec<_> =
        stats.categories.iter().map(|c| (c.category.as_str(), c.streams, c.events)).collect();
    assert_eq!(categories, [("a", 2, 3), ("b", 1, 1)]);
    assert_eq!(stats.longest_stream.expect("there are streams").stream.as_str(), "a-2");
}

#[test]
fn a_day_is_one_of_utc_and_the_earliest_wins() {
    const DAY: i64 = 86_400;
    let stats = stats(&[("a-1", "X", DAY), ("a-1", "X", DAY - 1), ("a-1", "X", -1)]);
    let busiest = stats.busiest_day.expect("there are days");
    assert_eq!((busiest.day.to_string().as_str(), busiest.events), ("1969-12-31", 1));
}

#[test]
fn a_stream_is_open_from_its_earliest_to_its_latest_event_with_both_ends() {
    let at_once = |events: &[(&str, &str, i64)]| {
        let open = stats(events).open_at_once.expect("there are streams");
        (open.streams, open.at.timestamp())
    };
    assert_eq!(at_once(&[("a-1", "X", 1), ("a-1", "X", 5), ("a-2", "X", 6), ("a-2", "X", 9)]), (1, 1));
    assert_eq!(at_once(&[("a-1", "X", 1), ("a-1", "X", 5), ("a-2", "X", 5), ("a-2", "X", 9)]), (2, 5));
    assert_eq!(at_once(&[("a-1", "X", 9), ("a-1", "X", 1), ("a-2", "X", 3), ("a-3", "X", 3)]), (3, 3));
}
