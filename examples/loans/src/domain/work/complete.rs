use super::{Task, Transition};
use crate::domain::{LoanApplication, LoanId, Refusal, Resource};
use factum::prelude::*;

/// End a piece of work, at least for the time being. Whatever was decided meanwhile, what was begun can be ended.
#[derive(Clone, Debug, Command)]
pub struct CompleteWork {
    /// The application.
    pub loan: LoanId,
    /// What is ended.
    pub task: Task,
    /// Who ends it.
    pub by: Option<Resource>,
}

impl Handle<CompleteWork> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, complete: &CompleteWork) -> Result<Events<Self>, Refusal> {
        let by = complete.by.as_ref();
        self.work.must_be_in_hand(complete.task, by)?;
        Ok(Events::none().and(complete.task.moved(Transition::Complete, by)))
    }
}
