use super::{ProcessCommand, names::RejectionOf};
use crate::{
    bus::Rejection,
    event::{Event, Json},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A command of a process was rejected: an event that goes to that process, if it asks for it with
/// `#[process(rejected(Expire))]`.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
#[non_exhaustive]
pub struct Rejected<C: ProcessCommand> {
    /// What was sent.
    pub command: C,
    /// Why it was refused.
    pub rejection: Rejection<C>,
}

impl<C: ProcessCommand> Rejected<C> {
    /// `command` was refused for this reason.
    #[must_use]
    pub const fn new(command: C, rejection: Rejection<C>) -> Self {
        Self { command, rejection }
    }
}

#[diagnostic::do_not_recommend]
impl<C: ProcessCommand> Event for Rejected<C> {
    const TYPE: &'static str = RejectionOf::<C>::TYPE;
    type Codec = Json;
}

impl<C: ProcessCommand> fmt::Debug for Rejected<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected")
            .field("command", &C::NAME)
            .field("rejection", &format_args!("{}", self.rejection))
            .finish()
    }
}
