use super::median;
use crate::work::{Transition, Work};
use chrono::{NaiveDate, TimeDelta};
use factum::{
    Timestamp,
    prelude::*,
    projections::window::{OpenWindows, Pane, Windows},
};
use std::{collections::BTreeMap, time::Duration};

/// How long each clerk needed for pieces of work, day by day.
#[derive(Clone, Copy, Debug, Projection)]
#[projection(name = "handling_times", event = Work)]
pub struct HandlingTimes;

/// Days in UTC, at whose ends the bank's clerks do not work.
///
/// A log that was written by many at once is not in the order of its times. A day waits for an hour, and is corrected for
/// two weeks.
pub const DAYS: Windows = match Windows::tumbling(Duration::from_hours(24)) {
    Ok(days) => {
        days.out_of_orderness(Duration::from_hours(1)).allowed_lateness(Duration::from_hours(14 * 24))
    }
    Err(_) => panic!("a day makes windows"),
};

/// A clerk: what is in hand, the days that are not over, and those that are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clerk {
    /// What was begun and has not been ended.
    begun: Vec<Begun>,
    /// The handling times of each day that is not closed, in microseconds.
    open: OpenWindows<(), Vec<u64>>,
    days: BTreeMap<NaiveDate, Day>,
    too_late: u64,
}

/// A piece of work that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    loan: String,
    kind: String,
    at: Timestamp,
}

/// What is kept of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// How many pieces of work were ended.
    pub cases: usize,
    /// Half of them took no longer, in microseconds.
    pub median: u64,
}

/// What was begun so long ago is not going to be ended by the same clerk.
const FORGOTTEN: TimeDelta = TimeDelta::weeks(1);

impl View for HandlingTimes {
    type Key = String;
    type Document = Clerk;

    fn keys(&self, event: &Recorded<Work>) -> Keys<String> {
        let moved = event.event.moved();
        match moved.transition {
            Transition::Schedule => Keys::none(),
            Transition::Start | Transition::Complete => moved.by.clone().into(),
        }
    }

    fn fold(&self, _: &String, clerk: &mut Clerk, event: &Recorded<Work>) {
        let (loan, kind) = (event.stream().key(), event.record.event_type.as_str());
        let begun = clerk.take(loan, kind);
        match event.event.moved().transition {
            Transition::Schedule => {}
            Transition::Start => clerk.begin(loan, kind, event.time()),
            // Without a beginning nobody knows how long it took.
            Transition::Complete => {
                if let Some(begun) = begun {
                    clerk.end(event.time(), event.time() - begun.at);
                }
            }
        }
    }
}

impl Clerk {
    fn take(&mut self, loan: &str, kind: &str) -> Option<Begun> {
        let index = self.begun.iter().position(|begun| begun.loan == loan && begun.kind == kind)?;
        Some(self.begun.remove(index))
    }

    fn begin(&mut self, loan: &str, kind: &str, at: Timestamp) {
        self.begun.retain(|begun| at - begun.at < FORGOTTEN);
        self.begun.push(Begun { loan: loan.to_owned(), kind: kind.to_owned(), at });
    }

    fn end(&mut self, at: Timestamp, took: TimeDelta) {
        // Clocks are set back now and then.
        let took = took.num_microseconds().and_then(|took| took.try_into().ok()).unwrap_or(0);
        let fired = self.open.add(&DAYS, &(), at, |times| times.push(took));
        self.note(fired.panes);
        self.too_late += fired.late.len() as u64;
    }

    /// A pane replaces an earlier one of its day.
    fn note(&mut self, panes: Vec<Pane<(), Vec<u64>>>) {
        self.days.extend(panes.into_iter().map(|pane| {
            let day = Day { cases: pane.value.len(), median: median(pane.value) };
            (pane.window.start().date_naive(), day)
        }));
    }

    /// The clerk's days in their order, those that are not over as far as they are known.
    #[must_use]
    pub fn into_days(mut self) -> BTreeMap<NaiveDate, Day> {
        let rest = self.open.finish();
        self.note(rest);
        self.days
    }

    /// How many pieces of work were ended on a day that was closed before that was known. They are in none.
    #[must_use]
    pub const fn too_late(&self) -> u64 {
        self.too_late
    }
}
