use super::{LoanApplicationEvent, Resource, work::Transition};

/// Says who did it, and what became of the piece of work that it was part of.
pub trait Attributed {
    /// Who did it, as far as it was noted down.
    fn who(&self) -> Option<&Resource>;

    /// What became of the work. Whatever is not a piece of work by itself is complete when it happens.
    fn transition(&self) -> Transition {
        Transition::Complete
    }
}

impl Attributed for LoanApplicationEvent {
    fn who(&self) -> Option<&Resource> {
        self.attributed().who()
    }

    fn transition(&self) -> Transition {
        self.attributed().transition()
    }
}

impl LoanApplicationEvent {
    fn attributed(&self) -> &dyn Attributed {
        match self {
            Self::Submitted(event) => event,
            Self::PartlySubmitted(event) => event,
            Self::Preaccepted(event) => event,
            Self::Accepted(event) => event,
            Self::Finalized(event) => event,
            Self::Approved(event) => event,
            Self::Registered(event) => event,
            Self::Activated(event) => event,
            Self::Declined(event) => event,
            Self::Cancelled(event) => event,
            Self::OfferSelected(event) => event,
            Self::OfferCreated(event) => event,
            Self::OfferSent(event) => event,
            Self::OfferReturned(event) => event,
            Self::OfferAccepted(event) => event,
            Self::OfferDeclined(event) => event,
            Self::OfferCancelled(event) => event,
            Self::LeadHandlingMoved(event) => event,
            Self::FraudAssessmentMoved(event) => event,
            Self::CompletionMoved(event) => event,
            Self::OfferFollowUpMoved(event) => event,
            Self::ValidationMoved(event) => event,
            Self::FileChaseMoved(event) => event,
            Self::ContractChangeMoved(event) => event,
        }
    }
}
