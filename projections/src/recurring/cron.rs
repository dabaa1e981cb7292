use chrono::{TimeDelta, TimeZone, Utc};
use croner::errors::CronError as Error;
use factum_core::Timestamp;
use std::{collections::VecDeque, fmt, str::FromStr, sync::Arc};

/// When something is due, again and again: a cron expression, and the time zone in which it is meant, which is UTC unless
/// [`in_zone`](Self::in_zone) says otherwise.
///
/// ```
/// use factum_projections::recurring::Cron;
///
/// let weekdays = Cron::new("30 8 * * mon-fri")?;
/// let friday = "2026-01-30T08:30:00Z".parse()?;
/// assert_eq!(weekdays.after(friday).expect("a time").to_rfc3339(), "2026-02-02T08:30:00+00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Expressions
/// Five fields: minute, hour, day of the month, month, day of the week; with six, the first is the second, and with seven, the
/// last is the year. A field is `*`, a
/// number, a name (`mon`, `jan`), a range `1-5`, a list `1,15`, or a step `*/10`; `L` is the last day of the month, `5#2` the
/// second Friday. `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are expressions too. Where both days are restricted,
/// either of them is enough, as in cron.
///
/// # When the clocks change
/// In UTC they do not. In a zone where they do, it depends on whether second, minute and hour are numbers:
///
/// | | clocks go forward: the time is not there | clocks go back: the time is there twice |
/// |---|---|---|
/// | fixed, such as `30 2 * * *` | due at the first moment after the gap | due once, the first time |
/// | with `*` or a step, such as `*/15 * * * *` | left out | due both times |
///
/// So what is to happen once a day does, and what happens every quarter of an hour goes on as if nothing were.
#[derive(Clone)]
pub struct Cron {
    pattern: croner::Cron,
    zone: Arc<dyn Zone>,
}

/// Looks for times in a zone.
trait Zone: Send + Sync {
    /// The first time after this one.
    fn after(&self, pattern: &croner::Cron, time: Timestamp) -> Result<Timestamp, Error>;
}

struct In<Tz>(Tz);

impl<Tz: TimeZone + Send + Sync> Zone for In<Tz> {
    fn after(&self, pattern: &croner::Cron, time: Timestamp) -> Result<Timestamp, Error> {
        Ok(pattern.find_next_occurrence(&time.with_timezone(&self.0), false)?.to_utc())
    }
}

impl Cron {
    /// The times of a cron expression, in UTC.
    ///
    /// # Errors
    /// [`CronError`] when it is none, or no time is one of its times, such as the 30th of February.
    pub fn new(expression: &str) -> Result<Self, CronError> {
        let wrong = |why: String| CronError { expression: expression.to_owned(), why };
        let pattern = croner::Cron::from_str(expression).map_err(|error| wrong(error.to_string()))?;
        let cron = Self { pattern, zone: Arc::new(In(Utc)) };
        match cron.after(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(cron),
            None => Err(wrong("it is never due".to_owned())),
        }
    }

    /// Meant in this time zone: a [`chrono::FixedOffset`], or one of the zones of the crate `chrono-tz`, such as
    /// `chrono_tz::Europe::Berlin`.
    #[must_use]
    pub fn in_zone<Tz: TimeZone + Send + Sync + 'static>(mut self, zone: Tz) -> Self {
        self.zone = Arc::new(In(zone));
        self
    }

    /// The first time after this one; `None` if there is none.
    #[must_use]
    pub fn after(&self, time: Timestamp) -> Option<Timestamp> {
        self.zone.after(&self.pattern, time).ok().filter(|next| *next > time)
    }

    /// Of the times after `after` and at or before `until`, the last ones, in order: so many; and whether there are earlier ones.
    ///
    /// Found by looking forward from closer and closer to `after`, so that a long time that has passed costs little.
    pub(super) fn last(
        &self,
        count: usize,
        after: Timestamp,
        until: Timestamp,
    ) -> (VecDeque<Timestamp>, bool) {
        let mut window = TimeDelta::minutes(1);
        loop {
            let from = until.checked_sub_signed(window).map_or(after, |from| from.max(after));
            let mut times = VecDeque::new();
            let mut next = self.after(from).filter(|time| *time <= until);
            while let Some(time) = next {
                if times.len() == count {
                    times.pop_front();
                }
                times.push_back(time);
                next = self.after(time).filter(|time| *time <= until);
            }
            if times.len() == count || from == after {
                let first = self.after(after);
                let has_earlier = times.front().is_some_and(|time| first.is_some_and(|first| first < *time));
                return (times, has_earlier);
            }
            window = window * 2;
        }
    }
}

impl FromStr for Cron {
    type Err = CronError;

    fn from_str(expression: &str) -> Result<Self, CronError> {
        Self::new(expression)
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pattern.as_str())
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({self})")
    }
}

/// What is no cron expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expression:?} is no cron expression: {why}")]
pub struct CronError {
    expression: String,
    why: String,
}

#[cfg(test)]
mod tests;
