use super::RequestError;
use factum_core::Causes;
use std::{error::Error, fmt, time::Duration};

/// Why a remote command had no effect, or may have had none, or why a question was not answered. `E` is the rejection of the
/// command.
///
/// | variant | had an effect | try again? |
/// |---|---|---|
/// | [`Rejected`](Self::Rejected) | no | no: the answer is final for this state |
/// | [`Refused`](Self::Refused) | no | no, but for a conflict |
/// | [`NotServed`](Self::NotServed), [`Encode`](Self::Encode) | no | no: the two programs do not fit |
/// | [`Unavailable`](Self::Unavailable) | no | yes |
/// | [`Failed`](Self::Failed) | perhaps | with the same idempotency key |
/// | [`TimedOut`](Self::TimedOut), [`Decode`](Self::Decode) | perhaps | with the same idempotency key |
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError<E> {
    /// The domain refuses the command. Printed, it is the rejection itself.
    #[error("{0}")]
    Rejected(E),
    /// The application there refuses it: a conflict, invalid input, a key that was used for something else.
    #[error("{message}")]
    #[non_exhaustive]
    Refused {
        /// One word: [`SendError::kind`](factum_core::SendError::kind).
        kind: String,
        /// The error, with its causes.
        message: String,
    },
    /// The application there has failed at it.
    #[error("the application there has failed: {message}")]
    #[non_exhaustive]
    Failed {
        /// One word: [`SendError::kind`](factum_core::SendError::kind).
        kind: String,
        /// The error, with its causes.
        message: String,
    },
    /// The application there does not serve it.
    #[error("{0} is not served there")]
    NotServed(String),
    /// Nobody was reached in time.
    #[error("nobody was reached")]
    Unavailable(#[source] RequestError),
    /// Somebody may have been reached, and there was no answer in time.
    #[error("no answer within {0:?}; it may still take effect")]
    TimedOut(Duration),
    /// The command or question cannot be written.
    #[error("encoding the request")]
    Encode(#[source] Box<dyn Error + Send + Sync>),
    /// The answer cannot be read.
    #[error("decoding the reply")]
    Decode(#[source] Box<dyn Error + Send + Sync>),
}

impl<E> RemoteError<E> {
    /// The domain's rejection, if that is what it is.
    #[must_use]
    pub const fn rejection(&self) -> Option<&E> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// Whether the command may have taken effect.
    #[must_use]
    pub const fn may_have_taken_effect(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::TimedOut(_) | Self::Decode(_))
    }
}

/// The error and its causes in one line, as `main` shows what it returns; a rejection as `Rejected(…)`.
impl<E: fmt::Debug> fmt::Debug for RemoteError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let causes = |f: &mut fmt::Formatter<'_>, doing: &str, error: &dyn Error| {
            write!(f, "{doing}: {}", Causes(error))
        };
        match self {
            Self::Rejected(rejection) => f.debug_tuple("Rejected").field(rejection).finish(),
            Self::Refused { message, .. } => f.write_str(message),
            Self::Failed { message, .. } => write!(f, "the application there has failed: {message}"),
            Self::NotServed(name) => write!(f, "{name} is not served there"),
            Self::Unavailable(error) => causes(f, "nobody was reached", error),
            Self::TimedOut(limit) => write!(f, "no answer within {limit:?}; it may still take effect"),
            Self::Encode(error) => causes(f, "encoding the request", &**error),
            Self::Decode(error) => causes(f, "decoding the reply", &**error),
        }
    }
}
