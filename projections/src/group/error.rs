use crate::{node::Ended, runner::Shared};
use factum_core::{Causes, ConsumerName};
use std::{fmt, sync::Arc};

/// A member of a consumer group has met an error that trying again cannot mend, and has left the group. Its source says which.
///
/// Other members may go on. To take part again, join again.
#[derive(Clone, thiserror::Error)]
#[error("a member of consumer group {consumer} has failed")]
pub struct GroupError {
    consumer: ConsumerName,
    #[source]
    source: Shared,
}

impl GroupError {
    /// How a member has ended; `None` is that of a task that has panicked.
    pub(super) fn of(consumer: &ConsumerName, ended: Option<&Ended>) -> Result<(), Self> {
        let source = match ended {
            Some(Ended::Stopped | Ended::Deposed) => return Ok(()),
            Some(Ended::Failed(source)) => Arc::clone(source),
            Some(Ended::Panicked) | None => Arc::from(Box::from("one of its tasks has panicked")),
        };
        Err(Self { consumer: consumer.clone(), source: Shared(source) })
    }

    /// The group.
    #[must_use]
    pub const fn consumer(&self) -> &ConsumerName {
        &self.consumer
    }
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}
