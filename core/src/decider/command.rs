use super::{Aggregate, Handle};
use crate::{Invalid, Query, StreamId};

/// What somebody wants to happen: an imperative struct with the id of its target.
///
/// Derive it: `#[derive(Command)]`, with `#[command(target)]` on the field that has the aggregate's id. The aggregate
/// is found through the type of that field, or named: `#[command(aggregate = Account)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    note = "write `#[derive(Command)]` on it, and `#[command(target)]` on the field that has the aggregate's id"
)]
pub trait Command: Sized + Send + Sync + 'static {
    /// Who decides it.
    type Decider: Handle<Self>;

    /// Which events it is decided on, and where its own go.
    ///
    /// # Errors
    /// [`Invalid`] when the target's id cannot be the key of a stream.
    fn scope(&self) -> Result<Scope, Invalid>;
}

/// Which part of the log a command is decided on. Nobody else can change that part unnoticed between the decision and
/// its events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// One stream, to which the events are appended.
    Stream(StreamId),
    /// All events that match a query (dynamic consistency boundary); the events are appended to `stream`.
    Query {
        /// What the decision depends on.
        query: Query,
        /// Where its events go.
        stream: StreamId,
    },
}

impl Scope {
    /// The stream of an aggregate.
    ///
    /// # Errors
    /// [`Invalid`] when the id does not print as a stream's key.
    pub fn aggregate<A: Aggregate>(id: &A::Id) -> Result<Self, Invalid> {
        A::stream(id).map(Self::Stream)
    }

    /// The stream that the events are appended to.
    #[must_use]
    pub const fn stream(&self) -> &StreamId {
        match self {
            Self::Stream(stream) | Self::Query { stream, .. } => stream,
        }
    }
}
