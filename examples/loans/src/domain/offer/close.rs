use super::{OfferAccepted, OfferCancelled, OfferDeclined, OfferReturned, Standing};
use crate::domain::{LoanApplication, LoanId, Refusal, Resource, application::Decision};
use factum::prelude::*;

/// The customer has sent the offer back.
#[derive(Clone, Debug, Command)]
pub struct ReturnOffer {
    /// The application.
    pub loan: LoanId,
    /// Who received it.
    pub by: Resource,
}

impl Handle<ReturnOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, returned: &ReturnOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_be_undecided()?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_stand()?;
        if self.offers.is(Standing::Returned) {
            return Err(Refusal::ReturnedAlready);
        }
        Ok(OfferReturned::by(&returned.by).into())
    }
}

/// The bank stands by the offer: it approves the application, or is about to.
#[derive(Clone, Debug, Command)]
pub struct AcceptOffer {
    /// The application.
    pub loan: LoanId,
    /// Who accepts it.
    pub by: Resource,
}

impl Handle<AcceptOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, accept: &AcceptOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_not_be_decided_but(Decision::Approved)?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_stand()?;
        self.offers.must_have_been_returned()?;
        Ok(OfferAccepted::by(&accept.by).into())
    }
}

/// The bank declines the application, or is about to, and the offer with it.
#[derive(Clone, Debug, Command)]
pub struct DeclineOffer {
    /// The application.
    pub loan: LoanId,
    /// Who declines it.
    pub by: Resource,
}

impl Handle<DeclineOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, decline: &DeclineOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_not_be_decided_but(Decision::Declined)?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_stand()?;
        Ok(OfferDeclined::by(&decline.by).into())
    }
}

/// The offer becomes void: for another one, or because the customer wants none.
#[derive(Clone, Debug, Command)]
pub struct CancelOffer {
    /// The application.
    pub loan: LoanId,
    /// Who cancels it.
    pub by: Resource,
}

impl Handle<CancelOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, cancel: &CancelOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_not_be_decided_but(Decision::Cancelled)?;
        self.offers.must_stand()?;
        Ok(OfferCancelled::by(&cancel.by).into())
    }
}
