use factum_core::{
    Position, StoreError, bus::Backoff, checkpoint::AdvanceError, event::DecodeError,
    projection::ProjectionError, quarantine::Lane, sink::CommitError,
};
use std::time::Duration;

/// What becomes of an event that a projection cannot apply: its payload cannot be read, its type is not known, or the
/// projection's own code fails or panics. An event is never passed over in silence.
///
/// A store or a sink that cannot be reached is no failure of an event: that is tried again for as long as it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFailure {
    /// It is put into quarantine, and the later events of its lane ([`Lane`]) with it, in order, while all other events are
    /// applied. It is tried again by itself, with growing pauses, until it has been tried so often; after that, somebody has
    /// to say what is to be done about it.
    Quarantine {
        /// How often it is tried, the first time included.
        attempts: u32,
    },
    /// Its partition waits, and tries again and again, with growing pauses. For read models that must have all events in one
    /// order.
    Retry,
    /// The projection stops, and says why.
    Stop,
}

impl Default for OnFailure {
    /// [`Quarantine`](Self::Quarantine) after five attempts, which take some seconds.
    fn default() -> Self {
        Self::Quarantine { attempts: 5 }
    }
}

/// Why a session of a runner ended, other than by being stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl SessionError {
    /// Whether beginning again at the checkpoint may help. It begins with reading the checkpoint, which tells what has become
    /// of a commit whose answer was lost.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Projection(ProjectionError::Store(error))
            | Self::Commit(CommitError::Advance(AdvanceError::Store(error))) => error.is_transient(),
            _ => false,
        }
    }

    /// Whether somebody else has taken the partition over.
    pub(super) const fn is_deposed(&self) -> bool {
        matches!(self, Self::Commit(CommitError::Advance(AdvanceError::Fenced { .. })))
    }

    /// Whether it comes of some event of the batch, without saying of which.
    pub(super) const fn is_of_some_event(&self) -> bool {
        matches!(
            self,
            Self::Projection(ProjectionError::Work(_) | ProjectionError::Panicked(_))
                | Self::Commit(CommitError::Work(_))
        )
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        ProjectionError::from(error).into()
    }
}

impl From<DecodeError> for SessionError {
    fn from(error: DecodeError) -> Self {
        ProjectionError::from(error).into()
    }
}

/// How long to wait before trying an event again.
pub(crate) const PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));

/// An event that could not be applied.
pub(super) struct Poison {
    pub(super) lane: Lane,
    pub(super) position: Position,
}

/// Which event an error is about, if it says.
pub(super) fn poison(error: &SessionError) -> Option<Poison> {
    match error {
        SessionError::Projection(ProjectionError::Event { position, lane, .. }) => {
            Some(Poison { lane: lane.clone(), position: *position })
        }
        _ => None,
    }
}
