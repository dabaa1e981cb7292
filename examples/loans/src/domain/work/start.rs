use super::{Task, Transition};
use crate::domain::{
    LoanApplication, LoanId, Refusal, Resource,
    application::{Decision, Stage},
};
use factum::prelude::*;

/// Begin a piece of work that was scheduled, once more if need be.
#[derive(Clone, Debug, Command)]
pub struct StartWork {
    /// The application.
    pub loan: LoanId,
    /// What is begun.
    pub task: Task,
    /// Who begins.
    pub by: Option<Resource>,
}

impl Handle<StartWork> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, start: &StartWork) -> Result<Events<Self>, Refusal> {
        let task = start.task;
        self.work.must_be_scheduled(task)?;
        match task {
            // What became of the lead is plain once the application is preaccepted.
            Task::LeadHandling => {
                self.progress.must_be(Stage::PartlySubmitted)?;
                self.progress.must_be_undecided()?;
            }
            Task::FraudAssessment => self.progress.must_be_undecided()?,
            _ => self.progress.must_not_be(Decision::Declined)?,
        }
        Ok(Events::none().and(task.moved(Transition::Start, start.by.as_ref())))
    }
}
