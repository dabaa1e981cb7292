//! The application itself: from the customer's request to the bank's decision.
//!
//! It is submitted, then partly submitted (the papers that a first look needs are there), preaccepted, accepted and
//! finalized, in this order. It can be declined or cancelled at any point after the second step; approval needs a
//! finalized application and an offer that the customer has returned.

mod assess;
mod decide;
mod events;
mod stage;
mod state;
mod submit;

pub use self::{
    assess::{Accept, Finalize, Preaccept},
    decide::{Activate, Approve, Cancel, Decline, Register},
    events::{
        Accepted, Activated, Approved, Cancelled, Case, Declined, Finalized, PartlySubmitted, Preaccepted,
        Registered, Submitted,
    },
    stage::{ApprovalStep, Decision, Stage},
    submit::{PartlySubmit, Submit},
};

pub(super) use self::state::Progress;
