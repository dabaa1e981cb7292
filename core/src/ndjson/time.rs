use crate::Timestamp;
use chrono::{DateTime, Datelike, SecondsFormat, Utc};

/// RFC 3339 writes years with four digits.
pub(super) fn has_four_digit_year(time: Timestamp) -> bool {
    (0..=9999).contains(&time.year())
}

/// A leap second becomes the first second of the next minute, as it has to in a count of microseconds.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    to_the_microsecond(time).filter(|time| has_four_digit_year(*time))
}

pub(super) fn to_the_microsecond(time: Timestamp) -> Option<Timestamp> {
    DateTime::from_timestamp_micros(time.timestamp_micros())
}

pub(super) fn print(time: Timestamp) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
