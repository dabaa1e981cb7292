use factum_core::{AppendError, StoreError, checkpoint::AdvanceError, sink::CommitError};

/// Why a session of an agent ended, other than by being stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Append(#[from] AppendError),
    /// A task was taken away by the runtime.
    #[error("a command was given up")]
    GivenUp,
}

impl SessionError {
    /// Whether another agent has taken over.
    pub(super) const fn is_deposed(&self) -> bool {
        matches!(self, Self::Commit(CommitError::Advance(AdvanceError::Fenced { .. })))
    }
}

impl From<AdvanceError> for SessionError {
    fn from(error: AdvanceError) -> Self {
        Self::Commit(error.into())
    }
}
