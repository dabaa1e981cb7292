//! Runs a projection: reads the log, lets the projection turn events into work, and commits the work together with the
//! checkpoint.
//!
//! Whatever crashes when, every event takes effect in the read model exactly once, since both commit in one transaction.
//!
//! Several nodes may run one projection into one sink. They share its [partitions](Runner::partitions): each node says now and
//! then that it is there, takes its fair share, and gives back what is more than that. The partitions of a node that has gone
//! are taken over by the others when its [lease](Runner::lease) has ended, and at once when it is shut down. Whoever takes a
//! partition over is given a new epoch of its checkpoint, so that one who had it before, and does not know yet, can commit
//! nothing any more.
//!
//! What becomes of an event that cannot be applied, [`OnFailure`] says.

mod asking;
mod batch;
mod error;
mod failure;
mod followed;
mod held;
mod history;
mod inline;
#[cfg(feature = "metrics")]
mod meter;
mod options;
mod pace;
mod progress;
mod remake;
mod run;
mod session;
mod share;
mod supervisor;
mod waiter;

pub use self::{
    error::{Shared, WaitError},
    failure::OnFailure,
    options::Runner,
    progress::{Filling, Holder, PartitionProgress, Progress, Status},
    run::RunningProjection,
    waiter::Waiter,
};
pub(crate) use self::{
    failure::PAUSES,
    session::{PASSED_OVER, catching, until},
};
