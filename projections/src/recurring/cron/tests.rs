use super::Cron;
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::{Australia::Lord_Howe, Europe::Berlin, Tz};
use factum_core::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn times(cron: &Cron, after: &str, count: usize) -> Vec<String> {
    let times = std::iter::successors(cron.after(at(after)), |time| cron.after(*time));
    times.take(count).map(|time| time.format("%d %H:%M:%S").to_string()).collect()
}

fn cron(expression: &str) -> Cron {
    expression.parse().expect("a cron expression")
}

#[test]
fn it_is_due_in_utc_by_minutes_or_by_seconds() {
    assert_eq!(times(&cron("0 3 * * *"), "2026-01-30T03:00:00Z", 2), ["31 03:00:00", "01 03:00:00"]);
    assert_eq!(times(&cron("*/20 * * * * *"), "2026-01-30T00:00:10.5Z", 2), ["30 00:00:20", "30 00:00:40"]);
    assert_eq!(times(&cron("@daily"), "2026-01-30T23:59:59.999999Z", 1), ["31 00:00:00"]);
    assert_eq!(times(&cron("0 0 L * *"), "2026-02-01T00:00:00Z", 1), ["28 00:00:00"]);
}

#[test]
fn what_is_none_says_why() {
    for (expression, why) in
        [("", "empty"), ("every day", ""), ("61 * * * *", ""), ("0 0 30 2 *", "never due")]
    {
        let error = Cron::new(expression).expect_err(expression).to_string();
        assert!(error.starts_with(&format!("{expression:?} is no cron expression: ")), "{error}");
        assert!(error.to_lowercase().contains(why), "{error}");
    }
}

#[test]
fn a_fixed_time_is_due_once_a_day_when_the_clocks_change() {
    let nightly = cron("30 2 * * *").in_zone(Berlin);
    // At 2:00 it is 3:00: 1:00 UTC.
    assert_eq!(times(&nightly, "2026-03-28T02:00:00Z", 2), ["29 01:00:00", "30 00:30:00"]);
    // At 3:00 it is 2:00 again: 2:30 is at 0:30 and at 1:30 UTC.
    assert_eq!(times(&nightly, "2026-10-24T02:00:00Z", 2), ["25 00:30:00", "26 01:30:00"]);
}

#[test]
fn an_interval_goes_on_as_if_nothing_were() {
    let often = cron("*/30 * * * *").in_zone(Berlin);
    for day in ["2026-03-29", "2026-10-25"] {
        let found = times(&often, &format!("{day}T00:00:00Z"), 4);
        let minutes: Vec<_> = found.iter().map(|time| &time[3..8]).collect();
        assert_eq!(minutes, ["00:30", "01:00", "01:30", "02:00"], "on {day}");
    }
}

/// What was missed is looked for from somewhere in between, and must be what is found from the beginning.
#[test]
fn wherever_one_looks_from_the_times_are_the_same() {
    let days = [(2026, 3, 28), (2026, 10, 24), (2026, 4, 4), (2026, 10, 3), (2026, 12, 31)];
    for zone in [Tz::UTC, Berlin, Lord_Howe] {
        for expression in [
            "30 2 * * *",
            "*/15 * * * *",
            "0 1-3 * * *",
            "15 2 * * sun",
            "0 */2 * * *",
            "10,50 1,2 * * *",
            "0 0 1 * *",
        ] {
            let cron = cron(expression).in_zone(zone);
            for (year, month, day) in days {
                let begin = NaiveDate::from_ymd_opt(year, month, day).expect("a day").and_hms_opt(0, 0, 0);
                let begin = begin.expect("midnight").and_utc();
                let end = begin + TimeDelta::days(2) + TimeDelta::microseconds(17);
                let times = std::iter::successors(cron.after(begin), |time| cron.after(*time));
                let times: Vec<_> = times.take_while(|time| *time <= end).collect();
                assert!(times.is_sorted_by(|a, b| a < b), "{expression} in {zone} from {begin}: {times:?}");
                for count in [1, 2, 3, 10, usize::MAX] {
                    let expected = &times[times.len().saturating_sub(count)..];
                    let (last, has_earlier) = cron.last(count, begin, end);
                    assert_eq!(last, expected, "the last {count} of {expression} in {zone} from {begin}");
                    assert_eq!(has_earlier, expected.len() < times.len(), "{expression} from {begin}");
                }
                for minutes in (7..48 * 60).step_by(23) {
                    let from = begin + TimeDelta::minutes(minutes) + TimeDelta::seconds(11);
                    let expected = times.iter().copied().find(|time| *time > from);
                    let found = cron.after(from).filter(|time| *time <= end);
                    assert_eq!(found, expected, "{expression} in {zone} after {from}");
                }
            }
        }
    }
}

#[test]
fn bounds_are_after_and_until() {
    let (hourly, tick) = (cron("0 * * * *"), TimeDelta::microseconds(1));
    let (midnight, three) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T03:00:00Z"));
    assert_eq!(hourly.last(9, midnight, three).0, [1, 2, 3].map(|hour| midnight + TimeDelta::hours(hour)));
    assert_eq!(hourly.last(2, midnight, three), ([three - TimeDelta::hours(1), three].into(), true));
    assert_eq!(hourly.last(9, midnight, midnight + TimeDelta::hours(1) - tick), ([].into(), false));
    assert_eq!(hourly.after(three - tick), Some(three));
    assert_eq!(hourly.after(three), Some(three + TimeDelta::hours(1)));
}

/// A year of quarters of an hour, of which the last is wanted.
#[test]
fn a_long_time_that_has_passed_costs_little() {
    let often = cron("* * * * * *").in_zone(Berlin);
    let (begin, end) = (at("1990-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    assert_eq!(often.last(1, begin, end), ([end].into(), true));
    let yearly = cron("@yearly");
    assert_eq!(yearly.last(2, begin, end), ([at("2025-01-01T00:00:00Z"), end].into(), true));
}
