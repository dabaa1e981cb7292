use std::fmt;

/// A number with a comma between thousands.
pub(crate) struct Thousands(pub(crate) usize);

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

/// Microseconds as hours, minutes and seconds, cut off to the second; without the hours if there are none.
pub(crate) struct Clock(pub(crate) u64);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000_000;
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        f.pad(&match hours {
            0 => format!("{minutes}:{seconds:02}"),
            _ => format!("{hours}:{minutes:02}:{seconds:02}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 63_363].map(|number| Thousands(number).to_string()), ["0", "999", "63,363"]);
    }

    #[test]
    fn hours_are_left_out_where_there_are_none() {
        let seconds = [0, 61, 3_599, 36_061].map(|seconds| Clock(seconds * 1_000_000).to_string());
        assert_eq!(seconds, ["0:00", "1:01", "59:59", "10:01:01"]);
    }
}
