//! Runs a projection: reads the log, lets the projection turn events into work, and commits the work together with the
//! checkpoint.
//!
//! Whatever crashes when, every event takes effect in the read model exactly once, since both commit in one
//! transaction. Whoever starts a projection claims its checkpoint; a runner elsewhere that still has it is deposed,
//! and the next thing it tries to commit is refused.

mod batch;
mod pace;
mod progress;
mod run;
mod session;

pub use self::{
    progress::{Progress, Status, WaitError, Waiter},
    run::{RunningProjection, run},
};
