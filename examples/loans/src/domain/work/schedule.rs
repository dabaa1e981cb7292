use super::{Task, Transition};
use crate::domain::{
    LoanApplication, LoanId, Refusal, Resource,
    application::{Decision, Stage},
    offer::Standing,
};
use factum::prelude::*;

/// Put a piece of work on the list.
#[derive(Clone, Debug, Command)]
pub struct ScheduleWork {
    /// The application.
    pub loan: LoanId,
    /// What is to be done.
    pub task: Task,
    /// Who says so.
    pub by: Option<Resource>,
}

impl Handle<ScheduleWork> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, schedule: &ScheduleWork) -> Result<Events<Self>, Refusal> {
        let task = schedule.task;
        match task {
            Task::ContractChange => self.progress.must_not_be_decided_but(Decision::Approved)?,
            _ => self.progress.must_be_undecided()?,
        }
        if !self.is_due(task) {
            return Err(Refusal::NotDue(task));
        }
        Ok(Events::none().and(task.moved(Transition::Schedule, schedule.by.as_ref())))
    }
}

impl LoanApplication {
    fn is_due(&self, task: Task) -> bool {
        match task {
            Task::LeadHandling => self.progress.is(Stage::PartlySubmitted),
            Task::FraudAssessment => self.progress.must_have_been(Stage::PartlySubmitted).is_ok(),
            Task::Completion => {
                self.progress.is(Stage::PartlySubmitted) || self.progress.is(Stage::Preaccepted)
            }
            Task::OfferFollowUp => self.progress.is(Stage::Finalized),
            Task::Validation => self.offers.is(Standing::Returned),
            Task::FileChase => self.offers.was_returned(),
            Task::ContractChange => self.offers.was_sent(),
        }
    }
}
