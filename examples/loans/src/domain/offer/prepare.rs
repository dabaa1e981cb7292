use super::{Draft, OfferCreated, OfferSelected, OfferSent, Standing};
use crate::domain::{LoanApplication, LoanId, Refusal, Resource, application::Stage};
use factum::prelude::*;

/// Choose what to offer to the customer. An earlier offer may still stand; it has to be cancelled before this one is
/// created.
#[derive(Clone, Debug, Command)]
pub struct SelectOffer {
    /// The application.
    pub loan: LoanId,
    /// Who chooses.
    pub by: Resource,
}

impl Handle<SelectOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, select: &SelectOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_have_been(Stage::Accepted)?;
        self.progress.must_be_undecided()?;
        self.offers.must_not_be_in_preparation()?;
        self.offers.must_not_be(Standing::Accepted)?;
        self.offers.must_not_be(Standing::Declined)?;
        Ok(OfferSelected::by(&select.by).into())
    }
}

/// Write the offer that was selected.
#[derive(Clone, Debug, Command)]
pub struct CreateOffer {
    /// The application.
    pub loan: LoanId,
    /// Who writes it.
    pub by: Resource,
}

impl Handle<CreateOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, create: &CreateOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_be(Stage::Finalized)?;
        self.progress.must_be_undecided()?;
        self.offers.must_be_in_preparation(Draft::Selected)?;
        self.offers.must_not_stand()?;
        Ok(OfferCreated::by(&create.by).into())
    }
}

/// Send the offer that was created.
#[derive(Clone, Debug, Command)]
pub struct SendOffer {
    /// The application.
    pub loan: LoanId,
    /// Who sends it.
    pub by: Resource,
}

impl Handle<SendOffer> for LoanApplication {
    type Rejection = Refusal;

    fn handle(&self, send: &SendOffer) -> Result<Events<Self>, Refusal> {
        self.progress.must_be_undecided()?;
        self.offers.must_be_in_preparation(Draft::Created)?;
        Ok(OfferSent::by(&send.by).into())
    }
}
