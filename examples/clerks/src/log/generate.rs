//! A log that might have been: clerks work on applications, each at a pace of their own, and one of them is slow on one day.
//!
//! Nothing of it is random but what the seed says, and only whole numbers are drawn, so a seed means the same log on every
//! machine.

use crate::work::{Completion, Moved, Transition};
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use factum::{NewEvent, Position, StreamId, StreamVersion, Timestamp, ndjson::Line};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// A made up log.
#[derive(Clone, Debug)]
pub struct Generated {
    /// In the order of their times.
    pub lines: Vec<Line>,
    /// The clerk who is slow.
    pub clerk: String,
    /// The day on which that is.
    pub day: NaiveDate,
}

const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day of the calendar");
const DAYS: usize = 40;
const CLERKS: u64 = 8;
/// The day on which somebody is slow is not before this one, so that it is known what is normal.
const KNOWN_FROM: usize = 15;
/// How much longer everything takes on that day.
const SLOWER: i64 = 4;
/// The number of the first application; the bank counts in threes.
const FIRST_LOAN: u64 = 1_000_002;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

impl Generated {
    /// The log of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let clerks: Vec<(String, i64)> = (0..CLERKS)
            .map(|index| (format!("{}", 10_600 + 11 * index), rng.random_range(45 * SECOND..4 * MINUTE)))
            .collect();
        let (slow_clerk, slow_day) = (rng.random_range(0..clerks.len()), rng.random_range(KNOWN_FROM..DAYS));

        let working_days =
            FIRST_DAY.iter_days().filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
        let working_days: Vec<NaiveDate> = working_days.take(DAYS).collect();
        let mut tell = Teller { loan: FIRST_LOAN, lines: Vec::new() };
        for (day_index, day) in working_days.iter().enumerate() {
            for (clerk_index, (clerk, usual)) in clerks.iter().enumerate() {
                let slower = if (clerk_index, day_index) == (slow_clerk, slow_day) { SLOWER } else { 1 };
                let mut time = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(7);
                for _ in 0..rng.random_range(14..24) {
                    time += TimeDelta::microseconds(rng.random_range(SECOND..15 * MINUTE));
                    let took = usual * slower * rng.random_range(60..140) / 100;
                    let ended = time + TimeDelta::microseconds(took + rng.random_range(0..SECOND));
                    tell.work(clerk, time, ended);
                    time = ended;
                }
            }
        }
        let mut lines = tell.lines;
        lines.sort_by(|a, b| (a.time, &a.stream, a.version).cmp(&(b.time, &b.stream, b.version)));
        Self { lines, clerk: clerks[slow_clerk].0.clone(), day: working_days[slow_day] }
    }
}

struct Teller {
    loan: u64,
    lines: Vec<Line>,
}

impl Teller {
    /// A clerk completes an application with the customer.
    fn work(&mut self, clerk: &str, begun: Timestamp, ended: Timestamp) {
        let scheduled = begun - TimeDelta::minutes(10);
        self.note(1, scheduled, "112", Transition::Schedule);
        self.note(2, begun, clerk, Transition::Start);
        self.note(3, ended, clerk, Transition::Complete);
        self.loan += 3;
    }

    fn note(&mut self, version: u64, time: Timestamp, by: &str, transition: Transition) {
        let loan = self.loan.to_string();
        let stream = StreamId::new("loan", &loan).expect("a number is the key of a stream");
        let event = Completion(Moved { by: Some(by.to_owned()), transition });
        let event = NewEvent::of(stream, &event).expect("two texts can be written");
        let recorded = event.recorded(Position::START, StreamVersion::new(version), time);
        let mut line =
            Line::from_event(&recorded).expect("the payload is JSON, and the year has four digits");
        line.id = None;
        line.time = time;
        self.lines.push(line);
    }
}
