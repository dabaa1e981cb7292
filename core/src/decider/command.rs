use super::{Aggregate, Decider, Handle, OnConflict, Violations};
use crate::{
    Invalid, Query, QueryItem, StreamId, Tag,
    event::EventEnum,
    invalid::{Field, Reason},
};

/// What somebody wants to happen: an imperative struct with the id of its target.
///
/// Derive it: `#[derive(Command)]`. Its first field is the id of the aggregate that decides it, unless another one is
/// marked: `#[command(target)]`. The aggregate is found through the type of that field, or named:
/// `#[command(aggregate = Account)]`. A command that is decided over tags names its decider,
/// `#[command(decider = Enrolment)]`, and marks its fields with `#[command(tag)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    label = "this should be a command",
    note = "write `#[derive(Command)]` on it; its first field is the aggregate's id"
)]
pub trait Command: Sized + Send + Sync + 'static {
    /// What the command is called, in traces and beside an idempotency key: by default the derive takes the struct's
    /// name. It should not change while keys of its commands are remembered.
    const NAME: &'static str;

    /// Who decides it.
    type Decider: Handle<Self>;

    /// What becomes of it when others have written between its decision and its events: by default, it is decided again. The
    /// derive takes `#[command(undisturbed = Self::is_undisturbed)]` for [`OnConflict::Unless`] and
    /// `#[command(last_writer)]` for [`OnConflict::LastWriter`].
    const ON_CONFLICT: OnConflict<Self> = OnConflict::DecideAgain;

    /// Looks at the command alone, before anything is loaded. What depends on the state is a matter of
    /// [`Handle::handle`].
    ///
    /// # Errors
    /// What is wrong with it.
    fn validate(&self) -> Result<(), Violations> {
        Ok(())
    }

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

    /// All events that a decider knows and that carry at least one of `tags`; its own events go to `stream`.
    ///
    /// # Errors
    /// [`Invalid`] when there is no tag: the decision would depend on nothing.
    pub fn tagged<D: Decider>(
        tags: impl IntoIterator<Item = Tag>,
        stream: StreamId,
    ) -> Result<Self, Invalid> {
        // An item without types would ask for events that the decider cannot read.
        const { assert!(!D::Event::TYPES.is_empty(), "a decider needs at least one event") };
        let types = D::Event::types();
        let items: Vec<_> =
            tags.into_iter().map(|tag| QueryItem::types(types.iter().cloned()).tag(tag)).collect();
        if items.is_empty() {
            return Err(Invalid::new(Field::Query, Reason::Empty));
        }
        Ok(Self::Query { query: Query::any_of(items), stream })
    }

    /// The stream that the events are appended to.
    #[must_use]
    pub const fn stream(&self) -> &StreamId {
        match self {
            Self::Stream(stream) | Self::Query { stream, .. } => stream,
        }
    }
}
