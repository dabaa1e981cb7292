use super::{Length, Unfit, Window};
use factum_core::Timestamp;
use std::time::Duration;

/// Which windows there are, how long they wait for their events, and how long they are corrected.
///
/// Windows begin at the beginning of 1970 (UTC) and at every multiple of the slide before and after it, or so much later as
/// the [offset](Self::offset) says. They neither wait nor are corrected, unless it is asked for.
///
/// ```
/// use factum_projections::window::{Unfit, Windows};
/// use std::time::Duration;
///
/// let time = "2026-03-01T09:58:00Z".parse()?;
/// let hours = Windows::sliding(Duration::from_hours(1), Duration::from_mins(30))?;
/// let starts = hours.of(time).map(|window| window.start().format("%H:%M").to_string());
/// assert_eq!(starts.collect::<Vec<_>>(), ["09:00", "09:30"]);
///
/// assert_eq!(Windows::sliding(Duration::from_mins(30), Duration::from_hours(1)), Err(Unfit::Gaps));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// All in microseconds. The limits of each are such that no sum of a time and two of them overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    size: i64,
    /// At most the size.
    slide: i64,
    /// Less than the slide.
    offset: i64,
    out_of_orderness: i64,
    lateness: i64,
}

const DAY: u64 = 86_400;

impl Windows {
    /// The longest that a window can be, can wait or be corrected: ten thousand years.
    pub const LONGEST: Duration = Duration::from_secs(3_652_425 * DAY);

    /// An event is in so many windows at most.
    pub const MOST_AT_ONCE: u32 = 100_000;

    /// Windows that follow each other: every moment is in one of them.
    ///
    /// # Errors
    /// [`Unfit`] when `size` is zero, longer than [`Windows::LONGEST`], or no whole number of microseconds.
    pub const fn tumbling(size: Duration) -> Result<Self, Unfit> {
        Self::sliding_by(size, size, Length::Size)
    }

    /// Windows that overlap: one begins a `slide` after the other. They need not fit into each other: of windows of five
    /// minutes that slide by two, a moment is in two or three.
    ///
    /// # Errors
    /// [`Unfit`] when `size` or `slide` is zero, longer than [`Windows::LONGEST`], or no whole number of microseconds; when
    /// `slide` is longer than `size`; and when a moment would be in more than [`Windows::MOST_AT_ONCE`] windows.
    pub const fn sliding(size: Duration, slide: Duration) -> Result<Self, Unfit> {
        Self::sliding_by(size, slide, Length::Slide)
    }

    const fn sliding_by(size: Duration, slide: Duration, of_slide: Length) -> Result<Self, Unfit> {
        let (size, slide) = match (checked(size, Length::Size), checked(slide, of_slide)) {
            (Ok(size), Ok(slide)) => (size, slide),
            (Err(unfit), _) | (_, Err(unfit)) => return Err(unfit),
        };
        if slide > size {
            return Err(Unfit::Gaps);
        }
        if (size - 1) / slide >= Self::MOST_AT_ONCE as i64 {
            return Err(Unfit::TooMany);
        }
        Ok(Self { size, slide, offset: 0, out_of_orderness: 0, lateness: 0 })
    }

    /// With windows that begin so much later. Days that begin at midnight in a place that is an hour ahead of UTC have an
    /// offset of 23 hours.
    ///
    /// A multiple of the slide changes nothing. What is finer than a microsecond is cut off.
    #[must_use]
    pub const fn offset(mut self, offset: Duration) -> Self {
        self.offset = (offset.as_micros() % self.slide as u128) as i64;
        self
    }

    /// With a watermark so far behind the latest event time: how long windows wait for events that were overtaken by
    /// others. Zero by default, which is for events that come in the order of their times.
    ///
    /// What is finer than a microsecond counts as one, and more than [`Windows::LONGEST`] as that.
    #[must_use]
    pub const fn out_of_orderness(mut self, at_most: Duration) -> Self {
        self.out_of_orderness = clipped(at_most);
        self
    }

    /// With windows that are kept so long after they have fired, and fire again with every event that still comes. Zero by
    /// default: then they fire once.
    ///
    /// What is finer than a microsecond counts as one, and more than [`Windows::LONGEST`] as that.
    #[must_use]
    pub const fn allowed_lateness(mut self, lateness: Duration) -> Self {
        self.lateness = clipped(lateness);
        self
    }

    /// The windows that `time` is in, in their order; what of `time` is finer than a microsecond is cut off.
    pub fn of(&self, time: Timestamp) -> impl Iterator<Item = Window> + use<> {
        let Self { size, slide, .. } = *self;
        let since = (time.timestamp_micros() - self.offset).rem_euclid(slide);
        let last = time.timestamp_micros() - since;
        // So many more begin before the last, and end after `time`.
        let more = (size - since - 1) / slide;
        (0..=more).rev().map(move |before| {
            let start = last - before * slide;
            Window { end: start + size, start }
        })
    }

    /// The watermark that an event of this time leads to.
    pub(super) const fn watermark(&self, micros: i64) -> i64 {
        micros - self.out_of_orderness
    }

    /// Whether the window is to be forgotten.
    pub(super) const fn are_over(&self, window: Window, watermark: i64) -> bool {
        // What was read from a document may be anything.
        window.end.saturating_add(self.lateness) <= watermark
    }
}

const fn checked(length: Duration, what: Length) -> Result<i64, Unfit> {
    if length.is_zero() {
        Err(Unfit::Zero(what))
    } else if !length.subsec_nanos().is_multiple_of(1_000) {
        Err(Unfit::TooFine(what))
    } else if length.as_micros() > Windows::LONGEST.as_micros() {
        Err(Unfit::TooLong(what))
    } else {
        Ok(length.as_micros() as i64)
    }
}

const fn clipped(length: Duration) -> i64 {
    let (micros, longest) = (length.as_nanos().div_ceil(1_000), Windows::LONGEST.as_micros());
    (if micros < longest { micros } else { longest }) as i64
}

#[cfg(test)]
mod tests;
