use super::LoadError;
use crate::{
    Causes, Invalid, Never, StoreError, StreamId,
    decider::Violations,
    event::{CodecError, DecodeError},
    store::{AppendError, Conflict, OutcomeUnknown},
};
use std::{error::Error, fmt, time::Duration};

/// Why a command had no effect, or may have had none. `E` is the domain's own rejection.
///
/// | variant | try again? | HTTP |
/// |---|---|---|
/// | [`Rejected`](Self::Rejected) | no: the answer is final for this state | 422, or what the rejection means |
/// | [`Conflict`](Self::Conflict) | yes, later: every attempt lost against other writers | 409 |
/// | the same, after [`expect`](crate::app::Dispatch::expect) | no: look again at what has changed | 412 |
/// | [`Violations`](Self::Violations), [`Invalid`](Self::Invalid) | no | 400 |
/// | [`KeyReused`](Self::KeyReused) | no | 422 |
/// | [`OutcomeUnknown`](Self::OutcomeUnknown), [`TimedOut`](Self::TimedOut) | with the same idempotency key; otherwise only after looking | 504 |
/// | [`Layer`](Self::Layer) | as the layer means it | 429, 503, 403 |
/// | [`Store`](Self::Store) | if [`StoreError::is_transient`] | 503 or 500 |
/// | [`Decode`](Self::Decode), [`Encode`](Self::Encode) | no: a defect, or an event from a newer program | 500 |
/// | [`DuplicateEvent`](Self::DuplicateEvent) | no | 500 |
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SendError<E> {
    /// The domain refuses the command. Nothing was written. Printed, it is the rejection itself.
    #[error("{0}")]
    Rejected(E),
    /// The command makes no sense by itself. Nothing was read or written.
    #[error(transparent)]
    Violations(Violations),
    /// Other writers were faster, on every attempt. Nothing was written.
    #[error(transparent)]
    Conflict(Conflict),
    /// The command's target, its idempotency key, or one of its events cannot be stored. Nothing was written.
    #[error(transparent)]
    Invalid(Invalid),
    /// The events may be in the log or not.
    #[error(transparent)]
    OutcomeUnknown(OutcomeUnknown),
    /// There was no answer in time. The command may have taken effect, or may yet.
    #[error("no answer within {0:?}; the command may still take effect")]
    TimedOut(Duration),
    /// The idempotency key was used before, for something else. Nothing was written.
    #[error(transparent)]
    KeyReused(KeyReused),
    /// A [layer of the application](crate::app::AppBuilder::layer) gave no answer of the bus, but an error of its own.
    /// Nothing was written, unless it is a layer that lets a command go in and does not wait for what comes of it, such
    /// as a time limit: then, as with [`TimedOut`](Self::TimedOut), it may have taken effect.
    #[error(transparent)]
    Layer(Box<dyn std::error::Error + Send + Sync>),
    /// The store failed. Nothing was written.
    #[error(transparent)]
    Store(StoreError),
    /// An event of the target's history, or what an idempotency key came to first, cannot be read. Nothing was written.
    #[error(transparent)]
    Decode(DecodeError),
    /// A new event cannot be written as a payload, or a rejection in a way that reads back, so that its idempotency key
    /// could remember it. Nothing was written.
    #[error("encoding what was decided")]
    Encode(#[source] CodecError),
    /// A new event's id is in the log already. Nothing was written.
    #[error("event {0} is in the log already")]
    DuplicateEvent(crate::EventId),
}

impl<E> SendError<E> {
    /// The domain's rejection, if that is what it is.
    #[must_use]
    pub const fn rejection(&self) -> Option<&E> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// One word for logs and metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Rejected(_) => "rejected",
            Self::Violations(_) | Self::Invalid(_) => "invalid",
            Self::Conflict(_) => "conflict",
            Self::OutcomeUnknown(_) => "unknown",
            Self::TimedOut(_) => "timed out",
            Self::KeyReused(_) => "key reused",
            Self::Layer(_) => "layer",
            Self::Store(_) => "store",
            Self::Decode(_) => "decode",
            Self::Encode(_) => "encode",
            Self::DuplicateEvent(_) => "duplicate event",
        }
    }

    /// Whether something is out of order, rather than the answer to what was asked.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        match self {
            Self::Rejected(_)
            | Self::Violations(_)
            | Self::Invalid(_)
            | Self::Conflict(_)
            | Self::KeyReused(_)
            | Self::Layer(_) => false,
            Self::OutcomeUnknown(_)
            | Self::TimedOut(_)
            | Self::Store(_)
            | Self::Decode(_)
            | Self::Encode(_)
            | Self::DuplicateEvent(_) => true,
        }
    }
}

/// The error and its causes in one line, as `main` shows what it returns; a rejection as `Rejected(…)`.
impl<E: fmt::Debug> fmt::Debug for SendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error: &dyn Error = match self {
            Self::Rejected(rejection) => return f.debug_tuple("Rejected").field(rejection).finish(),
            Self::Violations(e) => e,
            Self::Conflict(e) => e,
            Self::Invalid(e) => e,
            Self::OutcomeUnknown(e) => e,
            Self::TimedOut(limit) => &SendError::<Never>::TimedOut(*limit),
            Self::KeyReused(e) => e,
            Self::Layer(e) => &**e,
            Self::Store(e) => e,
            Self::Decode(e) => e,
            Self::Encode(e) => return write!(f, "encoding an event: {}", Causes(e)),
            Self::DuplicateEvent(id) => &SendError::<Never>::DuplicateEvent(*id),
        };
        fmt::Display::fmt(&Causes(error), f)
    }
}

/// An idempotency key that belongs to another command or another target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the idempotency key {key:?} belongs to {command} on {stream}")]
#[non_exhaustive]
pub struct KeyReused {
    /// The key.
    pub key: String,
    /// The command that it was sent with first.
    pub command: String,
    /// The stream that that command was for.
    pub stream: StreamId,
}

impl<E> From<AppendError> for SendError<E> {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict(e) => Self::Conflict(e),
            AppendError::DuplicateEvent(id) => Self::DuplicateEvent(id),
            AppendError::Invalid(e) => Self::Invalid(e),
            AppendError::OutcomeUnknown(e) => Self::OutcomeUnknown(e),
            AppendError::Store(e) => Self::Store(e),
        }
    }
}

impl<E> From<Invalid> for SendError<E> {
    fn from(error: Invalid) -> Self {
        Self::Invalid(error)
    }
}

/// A tag that cannot be stored is refused like any other input.
impl<E> From<CodecError> for SendError<E> {
    fn from(error: CodecError) -> Self {
        error.into_invalid().map_or_else(Self::Encode, Self::Invalid)
    }
}

impl<E> From<LoadError> for SendError<E> {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Invalid(e) => Self::Invalid(e),
            LoadError::Store(e) => Self::Store(e),
            LoadError::Decode(e) => Self::Decode(e),
        }
    }
}

/// Why a question was not answered.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The app has no model of this type.
    #[error("the app has no {0}; add the projection that keeps it, or `.model(…)`, to the builder")]
    NoModel(&'static str),
    /// The question waits for a projection that the app does not run.
    #[error("the app does not run {0}; add it to the builder with `.view::<…>()` or `.projection(…)`")]
    NotRunning(&'static str),
    /// The projection will not apply what the question waits for.
    #[error(transparent)]
    Wait(Box<dyn std::error::Error + Send + Sync>),
    /// The model could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The question's own code failed.
    #[error("answering failed")]
    Answer(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

impl AskError {
    /// The query's own code failed.
    pub fn answer(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Answer(source.into())
    }

    pub(crate) fn no_model<M>() -> Self {
        Self::NoModel(std::any::type_name::<M>())
    }
}
