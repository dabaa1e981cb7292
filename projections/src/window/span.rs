use factum_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A span of event time, half open: `[start, end)`.
///
/// Windows are in the order of their ends, then of their starts: that in which they fire. As a serde value, one is its
/// start and its end in microseconds since 1970.
// The end is the first field for the sake of the order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct Window {
    /// In microseconds since 1970, as is the start. They have room beyond what a [`Timestamp`] can be, so that the windows
    /// at its limits are whole.
    pub(super) end: i64,
    pub(super) start: i64,
}

impl Window {
    /// The first moment of it; of a window that begins before [`Timestamp::MIN_UTC`], that.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        clipped(self.start)
    }

    /// The first moment after it; of a window that ends after [`Timestamp::MAX_UTC`], that.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        clipped(self.end)
    }

    /// Whether `time` is in it.
    #[must_use]
    pub fn contains(&self, time: Timestamp) -> bool {
        (self.start..self.end).contains(&time.timestamp_micros())
    }
}

/// The moment so many microseconds after the beginning of 1970, or the nearest that there is.
pub(super) fn clipped(micros: i64) -> Timestamp {
    let nearest = if micros < 0 { Timestamp::MIN_UTC } else { Timestamp::MAX_UTC };
    Timestamp::from_timestamp_micros(micros).unwrap_or(nearest)
}

impl From<(i64, i64)> for Window {
    fn from((start, end): (i64, i64)) -> Self {
        Self { end, start }
    }
}

impl From<Window> for (i64, i64) {
    fn from(window: Window) -> Self {
        (window.start, window.end)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {})", text(self.start()), text(self.end()))
    }
}

/// As short as it is exact.
fn text(time: Timestamp) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use factum_core::Timestamp;

    #[test]
    fn the_start_is_in_it_and_the_end_is_not() {
        let window = Window::from((-5, 5));
        let contains = |micros| window.contains(super::clipped(micros));
        assert_eq!([-6, -5, 4, 5].map(contains), [false, true, true, false]);
    }

    #[test]
    fn it_prints_as_the_moments_between_which_it_is() {
        let window = Window::from((-1, 3_600_000_000));
        assert_eq!(window.to_string(), "[1969-12-31T23:59:59.999999Z, 1970-01-01T01:00:00Z)");
    }

    #[test]
    fn beyond_the_calendar_it_is_clipped_and_still_exact() {
        let last = Timestamp::MAX_UTC;
        let window = Window::from((last.timestamp_micros(), last.timestamp_micros() + 1));
        assert_eq!(window.end(), last);
        assert!(window.contains(last));
        assert_eq!(Window::from((i64::MIN, i64::MAX)).start(), Timestamp::MIN_UTC);
    }

    #[test]
    fn as_a_serde_value_it_is_two_numbers() {
        let text = serde_json::to_string(&Window::from((-5, 5))).unwrap();
        assert_eq!(text, "[-5,5]");
        assert_eq!(serde_json::from_str::<Window>(&text).unwrap(), Window::from((-5, 5)));
    }
}
