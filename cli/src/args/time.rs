use crate::store::Timestamp;
use chrono::{DateTime, NaiveDate, NaiveTime};

/// A moment, or a day for its first moment in UTC.
pub(super) fn parse(text: &str) -> Result<Timestamp, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Ok(time.to_utc()),
        Err(why) => Err(format!("neither a day as 2026-01-31 nor a time as 2026-01-31T12:00:00Z ({why})")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_day_is_its_midnight_in_utc() {
        assert_eq!(parse("2026-01-31"), parse("2026-01-31T01:00:00+01:00"));
        assert!(parse("tomorrow").is_err());
    }
}
