//! The innermost service: loads, decides, appends, once.

mod append;
mod load;
mod snapshots;
mod states;
mod stream;
mod tags;

pub use self::load::{Current, LoadError};
pub(super) use self::load::{fold_stream_through, fold_tags};
pub(crate) use self::snapshots::Snapshots;

use self::states::States;
use super::{Envelope, Outcome, Rejection, SendError};
use crate::{Aggregate, Command, Scope, store::EventStore};
use futures_util::future::BoxFuture;
use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// Folds what a command is decided on, decides it, and appends its events unless somebody else was faster: one
/// attempt, and a conflict is returned.
///
/// # Kept states
/// It keeps the folded states of the aggregates that were used last. A command is then decided without reading, and its
/// append, which expects the version that the state is of, shows whether the state was the latest. Where nothing is
/// appended, because the command is rejected or there is nothing to do, the stream is read from there on before the
/// answer is given: every answer is one that was right while the command was under way, whoever else writes.
///
/// A log that is put back from a backup is noticed when it is read, by its last event that was folded, and when the
/// stream is shorter than it was. Not so an append to a stream that has meanwhile become just as long again: after
/// putting a log back under it, start the program anew.
///
/// What was just decided is folded as it was decided, without being read again: an event that does not come back from
/// its payload as it was written leaves another state here than after a restart.
#[derive(Clone)]
pub struct Decide {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn EventStore>,
    states: States,
    snapshots: Snapshots,
}

impl Decide {
    /// How many aggregates of each type are kept, unless told otherwise.
    pub const KEPT: usize = 10_000;

    /// Decides on what is in `store`, and keeps up to `kept` folded aggregates of each type; none if it is 0.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, kept: usize) -> Self {
        Self::with_snapshots(store, kept, Snapshots::default())
    }

    pub(crate) fn with_snapshots(store: Arc<dyn EventStore>, kept: usize, snapshots: Snapshots) -> Self {
        Self { inner: Arc::new(Inner { store, states: States::new(kept), snapshots }) }
    }

    pub(super) fn store(&self) -> &Arc<dyn EventStore> {
        &self.inner.store
    }

    fn states(&self) -> &States {
        &self.inner.states
    }

    fn snapshots(&self) -> &Snapshots {
        &self.inner.snapshots
    }

    /// The present state of an aggregate.
    pub(crate) async fn load<A: Aggregate>(&self, id: &A::Id) -> Result<Current<A>, LoadError> {
        let stream = A::stream(id)?;
        let mut known = self.states().look::<A>(&stream);
        let looked_at = known.version;
        known.catch_up(&**self.store(), self.snapshots().of().as_deref()).await?;
        if known.version < looked_at {
            // What is kept is not of this log.
            drop(self.states().take::<A>(&stream));
        }
        self.states().keep(known.clone());
        Ok(Current { state: known.state, version: known.version })
    }

    pub(super) async fn attempt<C: Command>(&self, envelope: &Envelope<C>) -> Outcome<C> {
        match envelope.scope() {
            Scope::Stream(stream) => self.on_stream(envelope, stream).await,
            // Not part of the future of every command.
            Scope::Query { query, stream } => Box::pin(self.on_tags(envelope, query, stream)).await,
        }
    }
}

impl<C: Command> Service<Envelope<C>> for Decide {
    type Response = super::Committed<C::Decider>;
    type Error = SendError<Rejection<C>>;
    type Future = BoxFuture<'static, Outcome<C>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        let decide = self.clone();
        Box::pin(async move { decide.attempt(&envelope).await })
    }
}

impl fmt::Debug for Decide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decide").field("log", &self.store().log_id()).finish_non_exhaustive()
    }
}
