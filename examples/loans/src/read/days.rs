use crate::domain::LoanApplicationEvent;
use chrono::NaiveDate;
use factum::{StoreError, prelude::*};
use std::cmp::Reverse;

/// What happened on each day (UTC).
#[derive(Debug, Projection)]
#[projection(name = "days", event = LoanApplicationEvent)]
pub struct Days;

/// A day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// How much happened.
    pub events: u64,
    /// How many customers applied.
    pub submitted: u64,
}

impl View for Days {
    type Key = NaiveDate;
    type Document = Day;

    fn keys(&self, event: &Recorded<LoanApplicationEvent>) -> Keys<NaiveDate> {
        Keys::one(event.time().date_naive())
    }

    fn fold(&self, _: &NaiveDate, day: &mut Day, event: &Recorded<LoanApplicationEvent>) {
        day.events += 1;
        if let LoanApplicationEvent::Submitted(_) = event.event {
            day.submitted += 1;
        }
    }
}

/// What happened when?
#[derive(Debug)]
pub struct GetDays;

/// The answer to [`GetDays`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The days on which anything happened, in their order.
    pub days: Vec<(NaiveDate, Day)>,
}

impl Calendar {
    /// All events.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.days.iter().map(|(_, day)| day.events).sum()
    }

    /// The day on which most happened, the earliest if there are several.
    #[must_use]
    pub fn busiest(&self) -> Option<(NaiveDate, Day)> {
        self.days.iter().copied().max_by_key(|(date, day)| (day.events, Reverse(*date)))
    }
}

impl ReadQuery for GetDays {
    type Model = Documents<Days>;
    type Answer = Calendar;

    async fn answer(self, days: &Documents<Days>) -> Result<Calendar, AskError> {
        let mut calendar = Calendar::default();
        for (date, day) in days.all().await? {
            let date = date.parse().map_err(|why| StoreError::corrupt("reading the date of a day", why))?;
            calendar.days.push((date, day));
        }
        calendar.days.sort_unstable_by_key(|(date, _)| *date);
        Ok(calendar)
    }
}
