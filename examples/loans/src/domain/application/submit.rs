use super::{Case, PartlySubmitted, Stage, Submitted};
use crate::domain::{LoanApplication, LoanId, Refusal, Resource};
use factum::prelude::*;

/// A customer applies for a loan.
#[derive(Clone, Debug, Command)]
pub struct Submit {
    /// The number of the new application.
    pub loan: LoanId,
    /// Who takes it in.
    pub by: Resource,
    /// What the customer wants.
    pub case: Case,
}

impl Handle<Submit> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, submit: &Submit) -> Result<Events<Self>, Refusal> {
        if !self.progress.is(Stage::Unknown) {
            return Err(Refusal::SubmittedAlready);
        }
        Ok(Submitted::new(submit.by.clone(), submit.case).into())
    }
}

/// The papers for a first look have come in.
#[derive(Clone, Debug, Command)]
pub struct PartlySubmit {
    /// The application.
    pub loan: LoanId,
    /// Who takes them in.
    pub by: Resource,
}

impl Handle<PartlySubmit> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, submit: &PartlySubmit) -> Result<Events<Self>, Refusal> {
        self.progress.must_be(Stage::Submitted)?;
        Ok(PartlySubmitted::by(&submit.by).into())
    }
}
