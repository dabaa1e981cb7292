use crate::{
    Aggregate, AppendCondition, Invalid, Position, StoreError, StreamVersion,
    decider::{Decider, Scope},
    event::{DecodeError, EventEnum, RecordedEvent},
    query::Query,
    store::{EventStore, ReadLog, ReadStream},
    stream::StreamId,
};

/// A decider's state, and what must still hold when its decision is appended.
pub(super) struct Loaded<D> {
    pub(super) state: D,
    pub(super) guard: Guard,
}

/// What an append asks for, so that nobody changed what the decision was based on.
pub(super) enum Guard {
    /// The stream still has the version that was folded.
    Version(StreamVersion),
    /// No further event matches the query that was folded.
    Condition(AppendCondition),
}

/// Why a state could not be folded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The id cannot be the key of a stream.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event of the history cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// The state of an aggregate, and the version that it is the state of. Made by [`App::load`](super::App::load).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Current<A> {
    /// The state; the aggregate's `Default` if there are no events.
    pub state: A,
    /// The version of its stream, for [`Dispatch::expect`](super::Dispatch::expect) or an `ETag`.
    pub version: StreamVersion,
}

/// Folds an aggregate.
pub(super) async fn current<A: Aggregate>(
    store: &dyn EventStore,
    id: &A::Id,
) -> Result<Current<A>, LoadError> {
    let mut state = A::default();
    let version = fold_stream(store, &A::stream(id)?, &mut state).await?;
    Ok(Current { state, version })
}

/// Folds the events of `scope`, a page at a time.
pub(super) async fn load<D: Decider>(store: &dyn EventStore, scope: &Scope) -> Result<Loaded<D>, LoadError> {
    let mut state = D::default();
    let guard = match scope {
        Scope::Stream(stream) => Guard::Version(fold_stream(store, stream, &mut state).await?),
        Scope::Query { query, .. } => {
            let through = fold_query(store, query, &mut state).await?;
            Guard::Condition(AppendCondition::new(query.clone(), through))
        }
    };
    Ok(Loaded { state, guard })
}

async fn fold_stream<D: Decider>(
    store: &dyn EventStore,
    stream: &StreamId,
    state: &mut D,
) -> Result<StreamVersion, LoadError> {
    let mut next = Some(ReadStream::new(stream.clone()));
    let mut version = StreamVersion::EMPTY;
    while let Some(request) = next {
        let page = store.read_stream(request.clone()).await?;
        fold(state, &page.events)?;
        version = page.events.last().map_or(version, |event| event.version);
        next = request.following(&page);
    }
    Ok(version)
}

async fn fold_query<D: Decider>(
    store: &dyn EventStore,
    query: &Query,
    state: &mut D,
) -> Result<Position, LoadError> {
    let mut next = Some(ReadLog::new(query.clone()));
    let mut through = Position::START;
    while let Some(request) = next {
        let page = store.read_log(request.clone()).await?;
        fold(state, &page.events)?;
        through = page.through;
        next = request.following(&page);
    }
    Ok(through)
}

fn fold<D: Decider>(state: &mut D, events: &[RecordedEvent]) -> Result<(), DecodeError> {
    for event in events {
        state.fold(&D::Event::decode(event)?);
    }
    Ok(())
}
