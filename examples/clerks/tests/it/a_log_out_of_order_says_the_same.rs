use crate::given::found_in;
use clerks::log::generate::Generated;
use factum::ndjson::Line;
use std::cmp::Reverse;

/// The log with so many applications at a time in the reverse of their order.
fn reversed(lines: &[Line], at_a_time: u64) -> Vec<Line> {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| {
        let loan: u64 = line.stream.key().parse().unwrap();
        (loan / 3 / at_a_time, Reverse(loan), line.version)
    });
    lines
}

#[tokio::test]
async fn as_long_as_days_are_corrected() {
    let log = Generated::new(3);
    // More than a week.
    let reversed = reversed(&log.lines, 1_000);
    assert_ne!(reversed, log.lines);
    assert_eq!(found_in(&reversed).await, found_in(&log.lines).await);
}

#[tokio::test]
async fn what_comes_after_that_is_counted_as_too_late() {
    let log = Generated::new(3);
    let all = found_in(&log.lines).await;
    let found = found_in(&reversed(&log.lines, u64::MAX)).await;
    assert!(found.too_late > 0 && found.cases > 0);
    assert_eq!(found.cases as u64 + found.too_late, all.cases as u64);
}
