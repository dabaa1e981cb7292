use super::Page;
use crate::Timestamp;

/// The moments from one on and before another, either of which may be open.
///
/// Any time can be held against it. Of a page, [`Page::recorded_in`] keeps what was recorded in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Period {
    /// Only this moment and later ones.
    pub since: Option<Timestamp>,
    /// Only moments before this one.
    pub until: Option<Timestamp>,
}

impl Period {
    /// All of time.
    #[must_use]
    pub const fn always() -> Self {
        Self { since: None, until: None }
    }

    /// Only `time` and later moments.
    #[must_use]
    pub const fn since(mut self, time: Timestamp) -> Self {
        self.since = Some(time);
        self
    }

    /// Only moments before `time`.
    #[must_use]
    pub const fn until(mut self, time: Timestamp) -> Self {
        self.until = Some(time);
        self
    }

    /// Whether `time` is one of the moments.
    #[must_use]
    pub fn contains(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

impl<C> Page<C> {
    /// Leaves the events that were recorded in `period`, all of them and no others.
    ///
    /// How far was looked stays as it is, so the pages of a range have everything that was recorded in the period,
    /// whatever the order of the times; and all of the range is read. To begin where the log was at some time instead,
    /// without reading what is before, see [`position_at`](super::EventReaderExt::position_at).
    ///
    /// ```
    /// use factum_core::{Append, EventAppender, EventReader, EventType, NewEvent, Query, StreamId};
    /// use factum_core::store::{Period, ReadLog};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let store = factum::MemoryStore::new();
    /// let opened = NewEvent::new(StreamId::new("account", "7")?, EventType::from_static("Opened"), "{}");
    /// let at = store.append_one(Append::new([opened])).await?.recorded_at;
    ///
    /// let (mut found, mut next) = (Vec::new(), Some(ReadLog::new(Query::all())));
    /// while let Some(request) = next {
    ///     let page = store.read_log(request.clone()).await?.recorded_in(Period::always().until(at));
    ///     next = request.following(&page);
    ///     found.extend(page.events);
    /// }
    /// assert!(found.is_empty(), "nothing was recorded before");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn recorded_in(mut self, period: Period) -> Self {
        self.events.retain(|event| period.contains(event.recorded_at));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventType, NewEvent, Position, StreamId, StreamVersion};
    use chrono::DateTime;
    use proptest::prelude::*;

    fn second(n: u8) -> Timestamp {
        DateTime::from_timestamp(i64::from(n), 0).expect("a time")
    }

    proptest! {
        #[test]
        fn a_page_keeps_what_was_recorded_from_a_moment_on_and_before_another(
            times in prop::collection::vec(0..9_u8, 0..9),
            since in prop::option::of(0..9_u8),
            until in prop::option::of(0..9_u8),
            done in any::<bool>(),
        ) {
            let stream = StreamId::new("a", "b").expect("a stream");
            let event = |(at, n): (usize, &u8)| {
                let event = NewEvent::new(stream.clone(), EventType::from_static("E"), "{}");
                // When it happened is another matter.
                let event = event.with_time(second(9 - n));
                event.recorded(Position::new(at as u64 + 1), StreamVersion::new(at as u64 + 1), second(*n))
            };
            let page = Page::new(times.iter().enumerate().map(event).collect(), Position::new(50), done);
            let period = Period { since: since.map(second), until: until.map(second) };
            let left = page.clone().recorded_in(period);
            let mut expected = page.events;
            if let Some(since) = since {
                expected.retain(|event| event.recorded_at >= second(since));
            }
            if let Some(until) = until {
                expected.retain(|event| event.recorded_at < second(until));
            }
            prop_assert_eq!(left.events, expected);
            prop_assert_eq!((left.through, left.done), (Position::new(50), done));
        }
    }
}
