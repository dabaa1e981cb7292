//! What is done in several places, and taken back where not all of it can be: for the state of a process.
//!
//! Two values remember how far such a thing has come. They send nothing themselves: each says what is to be done next, and the
//! process sends the command for it. So they can be kept, tested and looked at as any state.
//!
//! | | order | a step that has been taken |
//! |---|---|---|
//! | [`Steps`] | one after the other; on a failure, what was done is undone in reverse | has its effect at once, and is undone by another effect: a refund |
//! | [`Tries`] | all at once; then all are confirmed, or all are cancelled | holds something back, until it is confirmed or cancelled: a reservation |
//!
//! Neither is a transaction: others see what has been done before it is undone. What must never be seen half-done belongs into one
//! command, which an append makes whole.
//!
//! # What undoing has to cope with
//! A process sends the commands of an instance in order, each when the one before is answered, so what undoes a step is never
//! *sent* before what does it. But the step may not have had its effect, if it was given up without an answer. So whoever undoes
//! something that was not done answers that there is nothing to do, and does not refuse.

mod steps;
mod tries;

pub use self::{
    steps::{Steps, Turn},
    tries::{Ask, Tries},
};
