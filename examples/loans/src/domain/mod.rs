//! The write side: a loan application, the commands that move it on, and the rules that they obey.
//!
//! An application is one aggregate in three parts, each in a folder of its own with its events, its state and its
//! commands:
//!
//! | part | what it follows |
//! |---|---|
//! | [`application`] | the application itself, from the customer's request to the bank's decision |
//! | [`offer`] | the offers that the bank makes for it |
//! | [`work`] | what its clerks have to do for it |
//!
//! The rules are not invented: each holds for all 262,200 events of the bank's log.

mod amount;
pub mod application;
mod attribution;
mod loan_id;
pub mod offer;
mod refusal;
mod resource;
mod step;
pub mod work;

pub use self::{
    amount::Amount, attribution::Attributed, loan_id::LoanId, refusal::Refusal, resource::Resource,
};

use self::{
    application::{
        Accepted, Activated, Approved, Cancelled, Declined, Finalized, PartlySubmitted, Preaccepted,
        Progress, Registered, Submitted,
    },
    offer::{
        OfferAccepted, OfferCancelled, OfferCreated, OfferDeclined, OfferReturned, OfferSelected, OfferSent,
        Offers,
    },
    work::{
        CompletionMoved, ContractChangeMoved, FileChaseMoved, FraudAssessmentMoved, LeadHandlingMoved,
        OfferFollowUpMoved, ValidationMoved, Worklist,
    },
};
use factum::prelude::*;

/// A customer's application for a loan, and everything that the bank did about it.
#[derive(Clone, Debug, Default, PartialEq, Aggregate)]
#[aggregate(
    category = "loan",
    id = LoanId,
    events(
        Submitted, PartlySubmitted, Preaccepted, Accepted, Finalized,
        Approved, Registered, Activated, Declined, Cancelled,
        OfferSelected, OfferCreated, OfferSent, OfferReturned, OfferAccepted, OfferDeclined, OfferCancelled,
        LeadHandlingMoved, FraudAssessmentMoved, CompletionMoved, OfferFollowUpMoved, ValidationMoved,
        FileChaseMoved, ContractChangeMoved,
    ),
    derive(Clone, Debug, PartialEq)
)]
pub struct LoanApplication {
    progress: Progress,
    offers: Offers,
    work: Worklist,
}
