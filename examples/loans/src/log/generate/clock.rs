use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use rand::{RngExt, rngs::ChaCha8Rng};
use std::ops::Range;

/// Days in which all applications arrive.
const DAYS: u64 = 152;

/// How many customers apply in each hour of a day (UTC), out of 1,000: few at night, most from ten to four.
const BY_HOUR: [u64; 24] =
    [8, 4, 2, 2, 1, 4, 9, 21, 46, 65, 72, 70, 76, 77, 71, 73, 58, 62, 67, 68, 61, 43, 25, 15];

const HOUR: u64 = 3_600_000;

/// When customers apply: at any time, but more often by day.
#[derive(Debug)]
pub(super) struct Arrivals {
    count: u64,
}

impl Arrivals {
    pub(super) const fn new(count: u64) -> Self {
        Self { count }
    }

    pub(super) const fn len(&self) -> u64 {
        self.count
    }

    /// No arrival from `index` on is before this.
    pub(super) fn earliest(&self, index: u64) -> DateTime<Utc> {
        at(self.share(index))
    }

    pub(super) fn draw(&self, index: u64, rng: &mut ChaCha8Rng) -> Option<DateTime<Utc>> {
        let (from, to) = (self.share(index), self.share(index + 1));
        (index < self.count).then(|| at(if from < to { rng.random_range(from..to) } else { from }))
    }

    /// The part of the whole time that belongs to the arrivals before `index`, weighted by hour.
    fn share(&self, index: u64) -> u64 {
        let whole = u128::from(DAYS * weight_of_day() * HOUR);
        u64::try_from(whole * u128::from(index) / u128::from(self.count.max(1))).unwrap_or(u64::MAX)
    }
}

fn weight_of_day() -> u64 {
    BY_HOUR.iter().sum()
}

/// The moment at which so much of the weighted time has passed.
fn at(weighted: u64) -> DateTime<Utc> {
    let (day, mut rest) = (weighted / (weight_of_day() * HOUR), weighted % (weight_of_day() * HOUR));
    let mut hour = 0;
    while rest >= BY_HOUR[hour] * HOUR {
        rest -= BY_HOUR[hour] * HOUR;
        hour += 1;
    }
    start() + TimeDelta::milliseconds((day * 24 * HOUR + hour as u64 * HOUR + rest / BY_HOUR[hour]) as i64)
}

fn start() -> DateTime<Utc> {
    const DAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day of the calendar");
    DAY.and_time(NaiveTime::MIN).and_utc()
}

/// The first moment from `time` on at which the bank's clerks work.
pub(super) fn at_work(time: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = time.date_naive().and_time(NaiveTime::MIN).and_utc();
    // Kept when the time is moved, so that not everything happens on the stroke.
    let past_the_hour = TimeDelta::milliseconds(time.timestamp_millis().rem_euclid(HOUR as i64));
    match working_hours(time.weekday()) {
        Some(hours) if time.hour() < hours.start => {
            midnight + TimeDelta::hours(i64::from(hours.start)) + past_the_hour
        }
        Some(hours) if hours.contains(&time.hour()) => time,
        _ => at_work(midnight + TimeDelta::days(1) + past_the_hour),
    }
}

/// In UTC.
const fn working_hours(day: Weekday) -> Option<Range<u32>> {
    match day {
        Weekday::Sun => None,
        Weekday::Sat => Some(8..16),
        _ => Some(7..20),
    }
}
