//! The inline lifecycle: a read model that changes in the transaction of the append.

use super::{Lanes, Partition, Project, ProjectionError, Recent, View, fold::Folding};
use crate::{
    ConsumerName, Invalid, NewEvent, Query, RecordedEvent,
    event::Recorded,
    sink::{Change, Collection, DocumentSink, Sink},
};
use bytes::Bytes;
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// A projection whose read model can change in the transaction of the append itself.
///
/// Every [`View`] can. For a projection with tables of its own, write [`ProjectInline::project_inline`]; it often does what
/// [`Project::project`] does too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what an append changes in `{K}`",
    label = "this should be a projection that an append can apply",
    note = "a view is one: write `#[derive(Projection)]` and `#[projection(key = AccountId, events(…))]` on its document",
    note = "or, for tables of its own, write `impl ProjectInline<{K}> for {Self}` beside `Project<{K}>`"
)]
pub trait ProjectInline<K: Sink>: Project<K> {
    /// The documents that [`project_inline`](Self::project_inline) wants to know, as they are in the transaction. By default
    /// none.
    ///
    /// # Errors
    /// [`ProjectionError`]; the append fails.
    fn reads(&self, _generation: u32, _events: &[Recorded<Self::Event>]) -> Result<Reads, ProjectionError> {
        Ok(Reads::default())
    }

    /// What these events, which are being appended, change in the read model. They come in position order, and everything
    /// before them is in it. Nothing else writes to it before the transaction ends, so work that reads in the transaction reads
    /// the truth.
    ///
    /// It runs while the store waits for it: on the one thread that writes, or with a transaction open. It has to be quick, and
    /// must not call the store.
    ///
    /// # Errors
    /// [`ProjectionError`]; the append fails.
    fn project_inline(
        &self,
        generation: u32,
        events: &[Recorded<Self::Event>],
        documents: Vec<Option<Bytes>>,
    ) -> Result<Inlined<K::Work>, ProjectionError>;
}

/// Documents to be read in the transaction of an append.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Of which collection; `None` if nothing is to be read.
    pub collection: Option<Collection>,
    /// Their keys, as they are printed.
    pub keys: Vec<String>,
}

/// What an append changes in a read model.
#[derive(Debug)]
#[non_exhaustive]
pub enum Inlined<W> {
    /// Documents of a collection. It has at most one change for a key.
    Documents(Collection, Vec<Change>),
    /// Whatever this does.
    Work(W),
}

impl<V: View, K: DocumentSink> ProjectInline<K> for V {
    fn reads(&self, generation: u32, events: &[Recorded<V::Event>]) -> Result<Reads, ProjectionError> {
        let mut folding = Folding::new(self);
        let keys = folding.touch(events, Partition::WHOLE)?;
        let keys = keys.into_iter().map(str::to_owned).collect();
        Ok(Reads { collection: Some(collection::<V>(generation)?), keys })
    }

    fn project_inline(
        &self,
        generation: u32,
        events: &[Recorded<V::Event>],
        documents: Vec<Option<Bytes>>,
    ) -> Result<Inlined<K::Work>, ProjectionError> {
        let collection = collection::<V>(generation)?;
        let mut folding = Folding::new(self);
        folding.touch(events, Partition::WHOLE)?;
        folding.fill(documents, &collection)?;
        folding.fold(events, &Lanes::new(Partition::WHOLE))?;
        let changes = folding.changes(&mut Recent::new())?;
        Ok(Inlined::Documents(collection, changes))
    }
}

fn collection<V: View>(generation: u32) -> Result<Collection, Invalid> {
    Ok(Collection::new(V::NAME, V::VERSION)?.in_generation(generation))
}

/// A projection that takes part in the appends of a store. For stores; see
/// [`InlineStore`](crate::sink::InlineStore).
pub struct Inline<K> {
    consumer: ConsumerName,
    query: Query,
    projection: Arc<dyn Begin<K>>,
}

impl<K: Sink> Inline<K> {
    /// `projection`, for a store to apply.
    ///
    /// # Errors
    /// [`Invalid`] when its name cannot be that of a consumer.
    pub fn new<P: ProjectInline<K>>(projection: Arc<P>) -> Result<Self, Invalid> {
        let consumer = ConsumerName::new(format!("{}_v{}", P::NAME, P::VERSION))?;
        Ok(Self { consumer, query: projection.query(), projection })
    }

    /// The consumer whose checkpoint, in its one partition, says what is in the read model: that of the first generation.
    #[must_use]
    pub const fn consumer(&self) -> &ConsumerName {
        &self.consumer
    }

    /// Which events concern it.
    #[must_use]
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Whether an event that is to be appended concerns it.
    #[must_use]
    pub fn takes(&self, event: &NewEvent) -> bool {
        self.query.matches(&event.stream, &event.event_type, &event.tags)
    }

    /// Begins to apply those of `events` that concern it; `None` if there are none. They have the places that they are
    /// going to have.
    ///
    /// # Errors
    /// [`ProjectionError`]; the append fails.
    pub fn begin(
        &self,
        generation: u32,
        events: impl IntoIterator<Item = RecordedEvent>,
    ) -> Result<Option<Box<dyn Begun<K>>>, ProjectionError> {
        let events = events.into_iter().filter(|event| self.query.matches_event(event)).collect::<Vec<_>>();
        if events.is_empty() {
            return Ok(None);
        }
        Arc::clone(&self.projection).begin(generation, events).map(Some)
    }
}

impl<K> fmt::Debug for Inline<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inline").field("consumer", &self.consumer).finish_non_exhaustive()
    }
}

/// A projection whatever its type.
trait Begin<K: Sink>: Send + Sync {
    fn begin(
        self: Arc<Self>,
        generation: u32,
        events: Vec<RecordedEvent>,
    ) -> Result<Box<dyn Begun<K>>, ProjectionError>;
}

/// Events that are being applied in the transaction that appends them.
pub trait Begun<K: Sink>: Send {
    /// What is to be read for them.
    fn reads(&self) -> &Reads;

    /// What they change; `documents` are those to be read, at the same index.
    ///
    /// # Errors
    /// [`ProjectionError`]; the append fails.
    fn end(self: Box<Self>, documents: Vec<Option<Bytes>>) -> Result<Inlined<K::Work>, ProjectionError>;
}

struct Applying<P, E> {
    projection: Arc<P>,
    generation: u32,
    events: Vec<Recorded<E>>,
    reads: Reads,
}

impl<K: Sink, P: ProjectInline<K>> Begin<K> for P {
    fn begin(
        self: Arc<Self>,
        generation: u32,
        events: Vec<RecordedEvent>,
    ) -> Result<Box<dyn Begun<K>>, ProjectionError> {
        let decode = |event: RecordedEvent| {
            let (position, stream) = (event.position, event.stream.clone());
            let decoded = catching(|| Ok(event.decode()?));
            decoded.map_err(|error| ProjectionError::of_event(position, stream, error))
        };
        let events = events.into_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        let reads = catching(|| self.reads(generation, &events))?;
        Ok(Box::new(Applying { projection: self, generation, events, reads }))
    }
}

impl<K: Sink, P: ProjectInline<K>> Begun<K> for Applying<P, P::Event> {
    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn end(self: Box<Self>, documents: Vec<Option<Bytes>>) -> Result<Inlined<K::Work>, ProjectionError> {
        catching(|| self.projection.project_inline(self.generation, &self.events, documents))
    }
}

/// The application's own code, whose panic fails the append and nothing else.
fn catching<T>(code: impl FnOnce() -> Result<T, ProjectionError>) -> Result<T, ProjectionError> {
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|payload| Err(ProjectionError::panicked(payload)))
}
