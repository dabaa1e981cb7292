use crate::{
    Causes, Invalid, Position, StoreError, StreamVersion,
    decider::Decider,
    event::{DecodeError, EventEnum, RecordedEvent},
    store::{EventStore, ReadLog, ReadStream},
};
use std::{fmt, sync::Arc};

/// Why a state could not be folded.
#[derive(thiserror::Error)]
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

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

/// The state of an aggregate, and the version that it is the state of. Made by [`App::load`](crate::App::load).
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Current<A> {
    /// The state; the aggregate's `Default` if there are no events.
    pub state: Arc<A>,
    /// The version of its stream, for [`Dispatch::expect`](crate::app::Dispatch::expect) or an `ETag`.
    pub version: StreamVersion,
}

/// Folds the events of a stream into `state`, a page at a time; returns the version that it is then the state of.
pub(in crate::bus) async fn fold_stream<D: Decider>(
    store: &dyn EventStore,
    request: ReadStream,
    state: &mut Arc<D>,
) -> Result<StreamVersion, LoadError> {
    let mut version = request.after;
    let mut next = Some(request);
    while let Some(request) = next {
        let page = store.read_stream(request.clone()).await?;
        fold(state, &page.events)?;
        version = page.events.last().map_or(version, |event| event.version);
        next = request.following(&page);
    }
    Ok(version)
}

/// Folds the events of the log that match a query into `state`, a page at a time; returns how far that is.
pub(in crate::bus) async fn fold_tags<D: Decider>(
    store: &dyn EventStore,
    request: ReadLog,
    state: &mut Arc<D>,
) -> Result<Position, LoadError> {
    let mut through = request.after;
    let mut next = Some(request);
    while let Some(request) = next {
        let page = store.read_log(request.clone()).await?;
        fold(state, &page.events)?;
        through = page.through;
        next = request.following(&page);
    }
    Ok(through)
}

fn fold<D: Decider>(state: &mut Arc<D>, events: &[RecordedEvent]) -> Result<(), DecodeError> {
    if events.is_empty() {
        return Ok(());
    }
    let state = Arc::make_mut(state);
    for event in events {
        state.fold(&D::Event::decode(event)?);
    }
    Ok(())
}
