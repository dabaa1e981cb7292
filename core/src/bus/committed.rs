use crate::{decider::Decider, receipt::Receipt};
use std::{fmt, sync::Arc};

/// What a command did.
#[non_exhaustive]
pub struct Committed<D: Decider> {
    /// The state after the events. Shared with the bus, which decides the next command on it.
    pub state: Arc<D>,
    /// The events; none if there was nothing to do.
    pub events: Vec<D::Event>,
    /// Where they were written, to wait for a projection that has applied them.
    pub receipt: Receipt,
    /// Whether this happened before, when a command with the same idempotency key was sent first.
    pub repeated: bool,
}

impl<D: Decider> Committed<D> {
    pub(super) const fn new(state: Arc<D>, events: Vec<D::Event>, receipt: Receipt) -> Self {
        Self { state, events, receipt, repeated: false }
    }
}

impl<D: Decider> AsRef<Receipt> for Committed<D> {
    fn as_ref(&self) -> &Receipt {
        &self.receipt
    }
}

impl<D: Decider> fmt::Debug for Committed<D> {
    /// Without the state and the events, so that a domain needs no `Debug` for its outcomes to be unwrapped in a test.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed")
            .field("receipt", &self.receipt)
            .field("repeated", &self.repeated)
            .finish_non_exhaustive()
    }
}
