use super::{Accepted, Finalized, Preaccepted, Stage};
use crate::domain::{LoanApplication, LoanId, Refusal, Resource, work::Task};
use factum::prelude::*;

/// A first look finds nothing against the application.
#[derive(Clone, Debug, Command)]
pub struct Preaccept {
    /// The application.
    pub loan: LoanId,
    /// Who looked.
    pub by: Resource,
}

impl Handle<Preaccept> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, preaccept: &Preaccept) -> Result<Events<Self>, Refusal> {
        self.progress.must_be(Stage::PartlySubmitted)?;
        self.progress.must_be_undecided()?;
        Ok(Preaccepted::by(&preaccept.by).into())
    }
}

/// The application has been completed with the customer, and is worth an offer.
#[derive(Clone, Debug, Command)]
pub struct Accept {
    /// The application.
    pub loan: LoanId,
    /// Who accepts it.
    pub by: Resource,
}

impl Handle<Accept> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, accept: &Accept) -> Result<Events<Self>, Refusal> {
        self.progress.must_be(Stage::Preaccepted)?;
        self.progress.must_be_undecided()?;
        if !self.work.has_begun(Task::Completion) {
            return Err(Refusal::NotCompleted);
        }
        Ok(Accepted::by(&accept.by).into())
    }
}

/// What an offer has to say is settled.
#[derive(Clone, Debug, Command)]
pub struct Finalize {
    /// The application.
    pub loan: LoanId,
    /// Who settled it.
    pub by: Resource,
}

impl Handle<Finalize> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, finalize: &Finalize) -> Result<Events<Self>, Refusal> {
        self.progress.must_be(Stage::Accepted)?;
        self.progress.must_be_undecided()?;
        Ok(Finalized::by(&finalize.by).into())
    }
}
