use super::{Activated, ApprovalStep, Approved, Cancelled, Decision, Declined, Registered, Stage};
use crate::domain::{LoanApplication, LoanId, Refusal, Resource, offer::Standing};
use factum::prelude::*;

/// The bank gives the loan.
#[derive(Clone, Debug, Command)]
pub struct Approve {
    /// The application.
    pub loan: LoanId,
    /// Who approves it.
    pub by: Resource,
}

impl Handle<Approve> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, approve: &Approve) -> Result<Events<Self>, Refusal> {
        self.may_take(ApprovalStep::Approved)?;
        Ok(Approved::by(&approve.by).into())
    }
}

/// The loan is entered in the books.
#[derive(Clone, Debug, Command)]
pub struct Register {
    /// The application.
    pub loan: LoanId,
    /// Who enters it.
    pub by: Resource,
}

impl Handle<Register> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, register: &Register) -> Result<Events<Self>, Refusal> {
        self.may_take(ApprovalStep::Registered)?;
        Ok(Registered::by(&register.by).into())
    }
}

/// The money is made available.
#[derive(Clone, Debug, Command)]
pub struct Activate {
    /// The application.
    pub loan: LoanId,
    /// Who makes it available.
    pub by: Resource,
}

impl Handle<Activate> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, activate: &Activate) -> Result<Events<Self>, Refusal> {
        self.may_take(ApprovalStep::Activated)?;
        Ok(Activated::by(&activate.by).into())
    }
}

/// The bank refuses the loan.
#[derive(Clone, Debug, Command)]
pub struct Decline {
    /// The application.
    pub loan: LoanId,
    /// Who refuses it.
    pub by: Resource,
}

impl Handle<Decline> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, decline: &Decline) -> Result<Events<Self>, Refusal> {
        self.progress.must_have_been(Stage::PartlySubmitted)?;
        self.progress.must_be_undecided()?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_not_be(Standing::Accepted)?;
        if self.progress.is(Stage::Finalized) {
            // With an offer out, it is the offer that is declined, or will be.
            self.offers.must_stand_or_be(Standing::Declined)?;
        }
        Ok(Declined::by(&decline.by).into())
    }
}

/// The customer withdraws, or is not heard of any more.
#[derive(Clone, Debug, Command)]
pub struct Cancel {
    /// The application.
    pub loan: LoanId,
    /// Who cancels it.
    pub by: Resource,
}

impl Handle<Cancel> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, cancel: &Cancel) -> Result<Events<Self>, Refusal> {
        self.progress.must_have_been(Stage::PartlySubmitted)?;
        self.progress.must_be_undecided()?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_not_be(Standing::Accepted)?;
        self.offers.must_not_be(Standing::Declined)?;
        Ok(Cancelled::by(&cancel.by).into())
    }
}

impl LoanApplication {
    /// The bank's clerks approve, register and activate in whatever order suits them, but only what the customer has
    /// signed.
    fn may_take(&self, step: ApprovalStep) -> Result<(), Refusal> {
        self.progress.must_be(Stage::Finalized)?;
        self.progress.must_not_be_decided_but(Decision::Approved)?;
        self.progress.must_not_have_taken(step)?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_stand_or_be(Standing::Accepted)?;
        self.offers.must_have_been_returned()
    }
}
