//! What the read side knows, for people ([`Report`] prints itself) and for programs ([`Report::json`]).

mod chart;
mod json;
mod number;
mod text;

use crate::read::{
    Calendar, GetDays, GetOpen, GetOutcomes, GetThroughput, GetWorkload, Open, OutcomeTotals, Share,
    Throughput,
};
use factum::prelude::*;

/// The answers to all questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How applications ended.
    pub outcomes: OutcomeTotals,
    /// How long they took.
    pub throughput: Throughput,
    /// How many were open at once.
    pub open: Open,
    /// Who did how much.
    pub workload: Share,
    /// What happened when.
    pub calendar: Calendar,
}

impl Report {
    /// Asks all questions.
    ///
    /// # Errors
    /// [`AskError`] of the first that is not answered.
    pub async fn ask(app: &App) -> Result<Self, AskError> {
        Ok(Self {
            outcomes: app.ask(GetOutcomes).await?,
            throughput: app.ask(GetThroughput).await?,
            open: app.ask(GetOpen).await?,
            workload: app.ask(GetWorkload).await?,
            calendar: app.ask(GetDays).await?,
        })
    }
}
