//! What the bank's clerks have to do for an application.
//!
//! A piece of work is scheduled, started and completed; often it is started and completed many times, since a call that
//! nobody answers completes it for the day. There is one event for each [`Task`], and the event says what became of it.

mod complete;
mod events;
mod schedule;
mod start;
mod state;
mod task;

pub use self::{
    complete::CompleteWork,
    events::{
        CompletionMoved, ContractChangeMoved, FileChaseMoved, FraudAssessmentMoved, LeadHandlingMoved,
        OfferFollowUpMoved, Transition, ValidationMoved,
    },
    schedule::ScheduleWork,
    start::StartWork,
    task::Task,
};

pub(super) use self::state::Worklist;
