use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use factum_core::Timestamp;

/// As RFC 3339 writes it, with as many digits as there are. `None` for a year that it cannot write.
pub(super) fn print(time: Timestamp) -> Option<String> {
    let time = without_leap_second(time)?;
    has_four_digit_year(time).then(|| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    without_leap_second(time).filter(|time| has_four_digit_year(*time))
}

/// What stores keep: anything finer is cut off.
pub(super) fn to_the_microsecond(time: Timestamp) -> Timestamp {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

fn has_four_digit_year(time: Timestamp) -> bool {
    (0..=9999).contains(&time.year())
}

/// A leap second becomes the first second of the next minute: few know it, and a count of microseconds has none.
fn without_leap_second(time: Timestamp) -> Option<Timestamp> {
    let nanos = time.timestamp_subsec_nanos();
    DateTime::from_timestamp(time.timestamp() + i64::from(nanos / 1_000_000_000), nanos % 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::{parse, print};
    use factum_core::Timestamp;

    #[test]
    fn times_are_those_of_rfc_3339() {
        for (text, printed) in [
            ("2018-04-05T17:31:00Z", Some("2018-04-05T17:31:00Z")),
            ("2018-04-05t19:31:00.5+02:00", Some("2018-04-05T17:31:00.500Z")),
            ("2018-04-05T17:31:00.123456789Z", Some("2018-04-05T17:31:00.123456789Z")),
            ("2016-12-31T23:59:60.25Z", Some("2017-01-01T00:00:00.250Z")),
            ("0000-01-01T00:00:00Z", Some("0000-01-01T00:00:00Z")),
            ("9999-12-31T23:59:59.999999Z", Some("9999-12-31T23:59:59.999999Z")),
            ("9999-12-31T23:59:60Z", None),
            ("0000-01-01T00:00:00+00:01", None),
            ("+10000-01-01T00:00:00Z", None),
            ("2018-04-05T17:31:00", None),
            ("2018-02-30T17:31:00Z", None),
            ("", None),
        ] {
            assert_eq!(parse(text).and_then(print).as_deref(), printed, "{text}");
        }
        assert_eq!(print(Timestamp::MAX_UTC), None);
        assert_eq!(print(Timestamp::MIN_UTC), None);
    }
}
