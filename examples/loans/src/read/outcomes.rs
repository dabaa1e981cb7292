use crate::domain::{
    Amount, LoanId,
    application::{Approved, Cancelled, Declined, Submitted},
};
use factum::prelude::*;

/// How each application ended, and how much was asked for.
#[derive(Debug, Projection)]
#[projection(name = "outcomes", events(Submitted, Approved, Declined, Cancelled))]
pub struct Outcomes;

/// What an application asked for, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// How much.
    pub amount: Amount,
    /// What became of it: nothing yet, or one outcome. Two would be a defect of the domain, and would show here.
    pub outcomes: Vec<Outcome>,
}

/// How an application ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The bank gave the loan.
    Approved,
    /// The bank refused it.
    Declined,
    /// The customer withdrew.
    Cancelled,
}

impl View for Outcomes {
    type Key = LoanId;
    type Document = Request;

    fn keys(&self, event: &Recorded<OutcomesEvent>) -> Keys<LoanId> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &LoanId, request: &mut Request, event: &Recorded<OutcomesEvent>) {
        match &event.event {
            OutcomesEvent::Submitted(submitted) => request.amount = submitted.case.amount,
            OutcomesEvent::Approved(_) => request.outcomes.push(Outcome::Approved),
            OutcomesEvent::Declined(_) => request.outcomes.push(Outcome::Declined),
            OutcomesEvent::Cancelled(_) => request.outcomes.push(Outcome::Cancelled),
        }
    }
}

/// How many applications were approved, declined and cancelled?
#[derive(Debug)]
pub struct GetOutcomes;

/// The answer to [`GetOutcomes`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeTotals {
    /// All applications.
    pub all: Total,
    /// Those that the bank approved.
    pub approved: Total,
    /// Those that it declined.
    pub declined: Total,
    /// Those that were cancelled.
    pub cancelled: Total,
    /// Those that are undecided.
    pub undecided: Total,
    /// How many have more than one outcome, and so are counted more than once above.
    pub contradictory: u64,
}

/// Some applications, and how much they ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub applications: u64,
    /// How much all of them ask for.
    pub amount: Amount,
}

impl ReadQuery for GetOutcomes {
    type Model = Documents<Outcomes>;
    type Answer = OutcomeTotals;

    async fn answer(self, outcomes: &Documents<Outcomes>) -> Result<OutcomeTotals, AskError> {
        let mut totals = OutcomeTotals::default();
        for (_, request) in outcomes.all().await? {
            totals.add(&request);
        }
        Ok(totals)
    }
}

impl OutcomeTotals {
    fn add(&mut self, request: &Request) {
        self.all.add(request.amount);
        for outcome in &request.outcomes {
            match outcome {
                Outcome::Approved => self.approved.add(request.amount),
                Outcome::Declined => self.declined.add(request.amount),
                Outcome::Cancelled => self.cancelled.add(request.amount),
            }
        }
        match request.outcomes.len() {
            0 => self.undecided.add(request.amount),
            1 => {}
            _ => self.contradictory += 1,
        }
    }
}

impl Total {
    fn add(&mut self, amount: Amount) {
        self.applications += 1;
        self.amount += amount;
    }
}
