use std::{error::Error, process::ExitCode};

/// Of something that could be carried out; an error means that it could not.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How a command or a step of it ended. Whoever returns [`Outcome::Failed`] has said why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Outcome {
    Passed,
    Failed,
}

impl Outcome {
    pub(crate) const fn passed_if(condition: bool) -> Self {
        if condition { Self::Passed } else { Self::Failed }
    }

    /// Passed if both have.
    pub(crate) fn and(self, other: Self) -> Self {
        Self::passed_if(self == Self::Passed && other == Self::Passed)
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::SUCCESS,
            Outcome::Failed => Self::FAILURE,
        }
    }
}
