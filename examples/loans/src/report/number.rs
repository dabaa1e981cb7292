use chrono::TimeDelta;
use std::fmt;

/// A number with a comma between thousands.
pub(super) struct Thousands(pub(super) u64);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad_integral(true, "", &text)
    }
}

/// A time in seconds, to the millisecond.
pub(super) struct Seconds(pub(super) TimeDelta);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.num_milliseconds().unsigned_abs();
        f.pad(&format!("{}.{:03} s", Thousands(milliseconds / 1_000), milliseconds % 1_000))
    }
}

/// A time in the two units that say most, such as `3 d 4 h`.
pub(super) struct Rough(pub(super) TimeDelta);

impl fmt::Display for Rough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.0;
        f.pad(&match (time.num_days(), time.num_hours(), time.num_minutes()) {
            (0, 0, 0) => format!("{} s", time.num_seconds()),
            (0, 0, minutes) => format!("{minutes} min {} s", time.num_seconds() % 60),
            (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
            (days, hours, _) => format!("{} d {} h", Thousands(days.unsigned_abs()), hours % 24),
        })
    }
}

/// A part of a whole, in percent.
pub(super) struct Percent(pub(super) u64, pub(super) u64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let permille = (self.0 * 1_000 + self.1 / 2).checked_div(self.1).unwrap_or_default();
        f.pad(&format!("{}.{} %", permille / 10, permille % 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (177_634_511, "177,634,511")] {
            assert_eq!(Thousands(number).to_string(), text);
        }
        assert_eq!(format!("[{:>7}]", Thousands(1_234)), "[  1,234]");
    }

    #[test]
    fn times_are_exact_in_seconds_and_rough_in_words() {
        let time = TimeDelta::milliseconds(11_855_936_012);
        assert_eq!(Seconds(time).to_string(), "11,855,936.012 s");
        assert_eq!(Rough(time).to_string(), "137 d 5 h");
        assert_eq!(Rough(TimeDelta::seconds(59)).to_string(), "59 s");
        assert_eq!(Rough(TimeDelta::seconds(3_599)).to_string(), "59 min 59 s");
    }

    #[test]
    fn percents_are_rounded_and_none_of_nothing_is_none() {
        assert_eq!(Percent(2, 3).to_string(), "66.7 %");
        assert_eq!(Percent(0, 0).to_string(), "0.0 %");
    }
}
