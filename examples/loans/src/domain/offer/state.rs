use super::{
    Draft, OfferAccepted, OfferCancelled, OfferCreated, OfferDeclined, OfferReturned, OfferSelected,
    OfferSent, Standing,
};
use crate::domain::{LoanApplication, Refusal};
use factum::prelude::*;

/// The offer that is being prepared, and the one that was sent last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Offers {
    draft: Option<Draft>,
    sent: Option<Standing>,
    /// Whether the customer has returned any of them. A signature outlives the offer that it was given for: the next
    /// one may be accepted without being returned too.
    returned: bool,
}

impl Offers {
    pub(crate) fn must_not_be_in_preparation(&self) -> Result<(), Refusal> {
        self.draft.map_or(Ok(()), |draft| Err(Refusal::OfferInPreparation(draft)))
    }

    pub(super) fn must_be_in_preparation(&self, needed: Draft) -> Result<(), Refusal> {
        if self.draft == Some(needed) { Ok(()) } else { Err(Refusal::NothingPrepared(needed)) }
    }

    pub(crate) fn must_stand(&self) -> Result<(), Refusal> {
        if self.stands() { Ok(()) } else { Err(Refusal::NoOfferStands) }
    }

    pub(super) fn must_not_stand(&self) -> Result<(), Refusal> {
        if self.stands() { Err(Refusal::OfferStands) } else { Ok(()) }
    }

    pub(crate) fn must_stand_or_be(&self, standing: Standing) -> Result<(), Refusal> {
        if self.sent == Some(standing) { Ok(()) } else { self.must_stand() }
    }

    pub(crate) fn must_not_be(&self, standing: Standing) -> Result<(), Refusal> {
        if self.sent == Some(standing) { Err(Refusal::OfferSettled(standing)) } else { Ok(()) }
    }

    pub(crate) fn must_have_been_returned(&self) -> Result<(), Refusal> {
        if self.returned { Ok(()) } else { Err(Refusal::NothingReturned) }
    }

    pub(crate) const fn was_returned(&self) -> bool {
        self.returned
    }

    pub(crate) const fn was_sent(&self) -> bool {
        self.sent.is_some()
    }

    pub(crate) fn is(&self, standing: Standing) -> bool {
        self.sent == Some(standing)
    }

    const fn stands(&self) -> bool {
        matches!(self.sent, Some(Standing::Sent | Standing::Returned))
    }
}

impl Apply<OfferSelected> for LoanApplication {
    fn apply(&mut self, _: &OfferSelected) {
        self.offers.draft = Some(Draft::Selected);
    }
}

impl Apply<OfferCreated> for LoanApplication {
    fn apply(&mut self, _: &OfferCreated) {
        self.offers.draft = Some(Draft::Created);
    }
}

impl Apply<OfferSent> for LoanApplication {
    fn apply(&mut self, _: &OfferSent) {
        self.offers.draft = None;
        self.offers.sent = Some(Standing::Sent);
    }
}

impl Apply<OfferReturned> for LoanApplication {
    fn apply(&mut self, _: &OfferReturned) {
        self.offers.sent = Some(Standing::Returned);
        self.offers.returned = true;
    }
}

impl Apply<OfferAccepted> for LoanApplication {
    fn apply(&mut self, _: &OfferAccepted) {
        self.offers.sent = Some(Standing::Accepted);
    }
}

impl Apply<OfferDeclined> for LoanApplication {
    fn apply(&mut self, _: &OfferDeclined) {
        self.offers.sent = Some(Standing::Declined);
    }
}

impl Apply<OfferCancelled> for LoanApplication {
    fn apply(&mut self, _: &OfferCancelled) {
        self.offers.sent = Some(Standing::Cancelled);
    }
}
