use super::Windows;
use std::fmt;

/// Lengths that make no windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// A window holds a microsecond at least, and so far at least the next one begins after it.
    #[error("the {0} of the windows is zero")]
    Zero(Length),
    /// Event times are kept to the microsecond.
    #[error("the {0} of the windows is no whole number of microseconds")]
    TooFine(Length),
    /// Longer than [`Windows::LONGEST`].
    #[error("the {0} of the windows is over {days} days", days = Windows::LONGEST.as_secs() / 86_400)]
    TooLong(Length),
    /// Events between the windows would be in none, and so be lost.
    #[error("the slide of the windows is longer than their size, which leaves gaps between them")]
    Gaps,
    /// An event would be in more than [`Windows::MOST_AT_ONCE`] windows.
    #[error("the slide of the windows is so short that each event is in over {most} of them", most = Windows::MOST_AT_ONCE)]
    TooMany,
}

/// One of the lengths that windows are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Length {
    /// From the start of a window to its end.
    Size,
    /// From the start of a window to the start of the next.
    Slide,
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Size => "size",
            Self::Slide => "slide",
        })
    }
}
