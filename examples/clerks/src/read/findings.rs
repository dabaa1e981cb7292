use super::{Clerk, HandlingTimes, Normal, normal::LEAST_CASES};
use chrono::NaiveDate;
use factum::prelude::*;

/// On which days did a clerk's work take unusually long, or was unusually quick?
///
/// A day is judged by the days before it, in the order of the calendar; so a day that was corrected is judged anew, and
/// those after it.
#[derive(Debug)]
pub struct GetFindings;

/// The answer to [`GetFindings`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// How many clerks have ended a piece of work that they had begun.
    pub clerks: usize,
    /// How many pieces of work these are.
    pub cases: usize,
    /// How many days of a clerk have enough of them, and enough days before them, to be judged.
    pub judged: usize,
    /// How many pieces of work came too late for their day. They are not in the cases.
    pub too_late: u64,
    /// The first day and the last.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// The days that were not normal, the farthest off first.
    pub findings: Vec<Finding>,
}

/// A day that was not normal for a clerk.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The clerk's number.
    pub clerk: String,
    /// The day (UTC).
    pub day: NaiveDate,
    /// How many pieces of work the clerk ended.
    pub cases: usize,
    /// Half of them took no longer, in microseconds.
    pub median: u64,
    /// What would have been normal.
    pub normal: Normal,
}

impl Finding {
    /// How far it is off, in about the number of standard deviations; below zero if the work was quicker than usual.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.normal.score(self.median)
    }
}

impl ReadQuery for GetFindings {
    type Model = Documents<HandlingTimes>;
    type Answer = Findings;

    async fn answer(self, clerks: &Documents<HandlingTimes>) -> Result<Findings, AskError> {
        let mut findings = Findings::default();
        for (number, clerk) in clerks.all().await? {
            findings.judge(&number, clerk);
        }
        // Clerks and days are in order, which stays where scores are equal.
        findings.findings.sort_by(|a, b| b.score().abs().total_cmp(&a.score().abs()));
        Ok(findings)
    }
}

impl Findings {
    fn judge(&mut self, number: &str, clerk: Clerk) {
        self.too_late += clerk.too_late();
        let days = clerk.into_days();
        self.clerks += usize::from(!days.is_empty());
        let mut before = Vec::new();
        for (date, day) in days {
            self.cases += day.cases;
            self.days =
                Some(self.days.map_or((date, date), |(first, last)| (first.min(date), last.max(date))));
            if day.cases < LEAST_CASES {
                continue;
            }
            if let Some(normal) = Normal::of(&before) {
                self.judged += 1;
                if !normal.contains(day.median) {
                    let (clerk, cases, median) = (number.to_owned(), day.cases, day.median);
                    self.findings.push(Finding { clerk, day: date, cases, median, normal });
                }
            }
            before.push(day.median);
        }
    }
}
