use crate::given::found_in;
use factum::{Timestamp, ndjson::Line};

const CALL: &str = "W_Nabellen offertes";
const CHECK: &str = "W_Valideren aanvraag";

/// Its second, type, clerk and transition.
type Event<'a> = (i64, &'a str, Option<&'a str>, &'a str);

/// A log of a single application.
fn log(events: &[Event<'_>]) -> Vec<Line> {
    let line = |(version, (second, kind, clerk, transition)): (u64, &Event<'_>)| {
        let time = Timestamp::from_timestamp_secs(*second).unwrap();
        let by = clerk.map(|clerk| format!(r#""org:resource":"{clerk}","#)).unwrap_or_default();
        let text = format!(
            r#"{{"stream":"loan-1","version":{version},"type":"{kind}","time":"{}","time_us":{},"data":{{{by}"lifecycle:transition":"{transition}"}}}}"#,
            time.format("%Y-%m-%dT%H:%M:%S%.6fZ"),
            time.timestamp_micros(),
        );
        Line::parse(text.as_bytes()).unwrap()
    };
    (1..).zip(events).map(line).collect()
}

/// How many pieces of work there are, and how many clerks did them.
async fn counted(events: &[Event<'_>]) -> (usize, usize) {
    let found = found_in(&log(events)).await;
    (found.cases, found.clerks)
}

const ADA: Option<&str> = Some("ada");
const BOB: Option<&str> = Some("bob");

#[tokio::test]
async fn it_is_ended_once_for_each_time_that_it_is_begun() {
    let once = [(0, CALL, ADA, "START"), (9, CALL, ADA, "COMPLETE"), (10, CALL, ADA, "COMPLETE")];
    assert_eq!(counted(&once).await, (1, 1));
    let begun_twice = [(0, CALL, ADA, "START"), (5, CALL, ADA, "START"), (9, CALL, ADA, "COMPLETE")];
    assert_eq!(counted(&begun_twice).await, (1, 1));
    assert_eq!(counted(&[(0, CALL, ADA, "SCHEDULE"), (9, CALL, ADA, "COMPLETE")]).await, (0, 0));
}

#[tokio::test]
async fn what_another_clerk_or_nobody_ends_is_not_counted() {
    assert_eq!(counted(&[(0, CALL, ADA, "START"), (9, CALL, BOB, "COMPLETE")]).await, (0, 0));
    assert_eq!(counted(&[(0, CALL, ADA, "START"), (9, CALL, None, "COMPLETE")]).await, (0, 0));
    assert_eq!(counted(&[(0, CALL, None, "START"), (9, CALL, None, "COMPLETE")]).await, (0, 0));
}

#[tokio::test]
async fn several_pieces_may_be_in_hand_at_once() {
    let events = [
        (0, CALL, ADA, "START"),
        (1, CHECK, ADA, "START"),
        (2, CHECK, BOB, "START"),
        (3, CALL, ADA, "COMPLETE"),
        (4, CHECK, BOB, "COMPLETE"),
        (5, CHECK, ADA, "COMPLETE"),
    ];
    assert_eq!(counted(&events).await, (3, 2));
}

#[tokio::test]
async fn what_was_begun_a_week_before_something_else_is_forgotten() {
    const WEEK: i64 = 7 * 24 * 60 * 60;
    let events = |apart| {
        [
            (0, CALL, ADA, "START"),
            (apart, CHECK, ADA, "START"),
            (apart + 1, CALL, ADA, "COMPLETE"),
            (apart + 2, CHECK, ADA, "COMPLETE"),
        ]
    };
    assert_eq!(counted(&events(WEEK - 1)).await, (2, 1));
    assert_eq!(counted(&events(WEEK)).await, (1, 1));
}

#[tokio::test]
async fn a_clock_that_was_set_back_and_times_before_1970_do_no_harm() {
    let events = [(-5, CALL, ADA, "START"), (-9, CALL, ADA, "COMPLETE")];
    let found = found_in(&log(&events)).await;
    let day = "1969-12-31".parse().unwrap();
    assert_eq!((found.cases, found.days), (1, Some((day, day))));
}
