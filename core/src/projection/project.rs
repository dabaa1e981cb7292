use super::{
    Documents, KeyError, Lanes, Parting, Partition, Pieces, Projection, Recent, View, fold::Folding,
    remake::Remaking,
};
use crate::{
    Invalid, Position, StoreError,
    app::Startup,
    event::{DecodeError, Recorded},
    quarantine::Lane,
    sink::{Collection, DocumentSink, Sink, WorkError},
};
use async_trait::async_trait;
use std::{any::Any, sync::Arc};

/// How a projection turns events into work for a sink of type `K`.
///
/// Every [`View`] does, for every sink that keeps documents. A projection with tables of its own implements it for its
/// sink; the work commits together with the checkpoint.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what its events change in `{K}`",
    label = "this should be a projection with a read model",
    note = "write `#[derive(Projection)]` and `#[projection(key = AccountId, events(…))]` on the document that it keeps",
    note = "or, for tables of its own, leave the key out and write `#[async_trait] impl Project<{K}> for {Self}`"
)]
#[async_trait]
pub trait Project<K: Sink>: Projection {
    /// Makes room in the sink for the read model, if there is none yet. Called when the app starts, and again whenever a
    /// partition is taken over or begins again after an error.
    ///
    /// # Errors
    /// [`ProjectionError`].
    async fn prepare(&self, _sink: &K) -> Result<(), ProjectionError> {
        Ok(())
    }

    /// Whether its read model can be made anew beside the one that is read. Every [`View`]'s can. Otherwise the
    /// [`VERSION`](Projection::VERSION) is raised to make it anew.
    fn has_generations(&self) -> bool {
        false
    }

    /// Makes room for a generation of the read model, if there is none yet; only for a projection that
    /// [has them](Project::has_generations).
    ///
    /// # Errors
    /// [`ProjectionError`].
    async fn prepare_generation(&self, sink: &K, _generation: u32) -> Result<(), ProjectionError> {
        self.prepare(sink).await
    }

    /// Removes a generation that is not read any more.
    ///
    /// # Errors
    /// [`ProjectionError`].
    async fn discard_generation(&self, _sink: &K, _generation: u32) -> Result<(), ProjectionError> {
        Ok(())
    }

    /// How its events are parted when it runs in several partitions, which do not know of each other's work: by default by
    /// their streams.
    fn parting(&self) -> Parting {
        Parting::Streams
    }

    /// Whether it keeps documents, each of which can be [made anew](Project::remake) from its events. Every [`View`] does.
    fn has_documents(&self) -> bool {
        false
    }

    /// Whether the stream of `event` alone says that its events change the document with this key, or that they do not; `None`
    /// if each event has to be asked.
    fn is_of_document(&self, _event: &Recorded<Self::Event>, _document: &str) -> Option<bool> {
        None
    }

    /// Makes one document of a generation anew, by its printed key: folds these events, which are all that may concern it, in
    /// position order, and asks neither the sink nor any memory what the document was. What it returns writes the document, or
    /// removes it, and changes no other. Only for a projection that [has documents](Project::has_documents).
    ///
    /// # Errors
    /// [`ProjectionError`]; the document stays as it is.
    async fn remake(
        &self,
        _sink: &K,
        _events: &mut dyn Pieces<Self::Event>,
        _document: &str,
        _generation: u32,
    ) -> Result<K::Work, ProjectionError> {
        Err(ProjectionError::NoDocuments)
    }

    /// At most so many events in a batch: those that may be applied again after a crash, if what is done with them is not in
    /// the sink's transaction. By default as many as are quick to commit.
    fn most(&self) -> Option<usize> {
        None
    }

    /// A runner begins with `partition` at its checkpoint, for the first time or again. What was done of later events is done again.
    fn begins(&self, _partition: Partition) {}

    /// A runner has applied everything of `partition` up to `passed`, or had nothing to do. Returns how far its checkpoint may follow:
    /// by default as far. A projection whose effects are outside of the sink, and may come undone for a while, holds it back, so that
    /// they are done again then. Asked after each batch, and every second while the checkpoint is held back.
    ///
    /// # Errors
    /// [`ProjectionError`] when what was done may have come undone. With an error that may pass, the runner
    /// [begins](Project::begins) again at the checkpoint.
    fn lasts(&self, _partition: Partition, passed: Position) -> Result<Position, ProjectionError> {
        Ok(passed)
    }

    /// Provides what questions about the read model are answered from.
    fn provide(&self, _sink: &K, _startup: &mut Startup) {}

    /// What these events change in the read model. They come in position order. After a commit that failed, or whose answer was
    /// lost, the same ones may come again: they take effect once, but what the projection keeps outside of its work, such as in a
    /// field, must not count on that.
    ///
    /// # Errors
    /// [`ProjectionError`]; nothing of the batch takes effect.
    async fn project(&self, sink: &K, events: &[Recorded<Self::Event>]) -> Result<K::Work, ProjectionError>;

    /// The same, for a runner that owns its partition of the read model: it has committed what the calls before this one
    /// returned, in order, and nobody else has written to the partition since the first of them, to which it gave an empty
    /// `recent`. The events of a batch come piece by piece, and all of them are to be taken, but for those that `lanes` does
    /// not take; of streams, the runner has asked it already.
    ///
    /// By default this is [`Project::project`] with all of them. A [`View`] folds each piece before it takes the next one,
    /// and does not read back what it remembers.
    ///
    /// # Errors
    /// [`ProjectionError`]; nothing of the batch takes effect.
    async fn project_next(
        &self,
        sink: &K,
        events: &mut dyn Pieces<Self::Event>,
        _recent: &mut Recent,
        _lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        let mut all = Vec::new();
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                return self.project(sink, &all).await;
            }
            all.append(piece);
        }
    }
}

#[async_trait]
impl<V: View, K: DocumentSink> Project<K> for V {
    async fn prepare(&self, sink: &K) -> Result<(), ProjectionError> {
        Ok(sink.prepare(&Collection::new(V::NAME, V::VERSION)?).await?)
    }

    fn has_generations(&self) -> bool {
        true
    }

    async fn prepare_generation(&self, sink: &K, generation: u32) -> Result<(), ProjectionError> {
        Ok(sink.prepare(&Collection::new(V::NAME, V::VERSION)?.in_generation(generation)).await?)
    }

    async fn discard_generation(&self, sink: &K, generation: u32) -> Result<(), ProjectionError> {
        Ok(sink.discard(&Collection::new(V::NAME, V::VERSION)?.in_generation(generation)).await?)
    }

    fn parting(&self) -> Parting {
        parting::<V>()
    }

    fn has_documents(&self) -> bool {
        true
    }

    fn is_of_document(&self, event: &Recorded<V::Event>, document: &str) -> Option<bool> {
        V::KEYS_OF_STREAM.then(|| Remaking::new(self, document).key(event).is_ok_and(|key| key.is_some()))
    }

    async fn remake(
        &self,
        sink: &K,
        events: &mut dyn Pieces<V::Event>,
        document: &str,
        generation: u32,
    ) -> Result<K::Work, ProjectionError> {
        let mut remaking = Remaking::new(self, document);
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                let collection = Collection::new(V::NAME, V::VERSION)?.in_generation(generation);
                return Ok(sink.changes(&collection, vec![remaking.change()?]));
            }
            for event in piece.iter() {
                remaking.take(event)?;
            }
        }
    }

    fn provide(&self, sink: &K, startup: &mut Startup) {
        startup.provide(Documents::<V>::new(Arc::new(sink.clone())));
    }

    async fn project(&self, sink: &K, events: &[Recorded<V::Event>]) -> Result<K::Work, ProjectionError> {
        let collection = Collection::new(V::NAME, V::VERSION)?;
        let (mut recent, mut folding) = (Recent::new(), Folding::new(self));
        folding.take(events, sink, &collection, &recent, &Lanes::new(Partition::WHOLE)).await?;
        Ok(sink.changes(&collection, folding.changes(&mut recent)?))
    }

    async fn project_next(
        &self,
        sink: &K,
        events: &mut dyn Pieces<V::Event>,
        recent: &mut Recent,
        lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        let collection = Collection::new(V::NAME, V::VERSION)?.in_generation(recent.generation());
        recent.look(sink, &collection).await?;
        let mut folding = Folding::new(self);
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                return Ok(sink.changes(&collection, folding.changes(recent)?));
            }
            folding.take(piece, sink, &collection, recent, lanes).await?;
        }
    }
}

/// How the events of a view are parted.
pub(super) const fn parting<V: View>() -> Parting {
    if V::KEYS_OF_STREAM { Parting::Streams } else { Parting::Documents }
}

/// Why a batch of events could not be turned into work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// A stored event cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An event does not give the key of a document.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The projection's name cannot be kept by the sink.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The sink or the log failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The projection's own code failed.
    #[error("the projection failed")]
    Work(#[source] WorkError),
    /// The projection's own code panicked, with this message.
    #[error("the projection panicked: {0}")]
    Panicked(String),
    /// A document was to be made anew, and there are none: it keeps tables of its own, or does something outside.
    #[error(
        "it keeps no documents, of which one could be made anew; what it keeps in tables of its own is made anew by raising its \
         version, and what it does outside is not done again"
    )]
    NoDocuments,
    /// It is known which event could not be applied.
    #[error("applying event {position} to {lane}")]
    #[non_exhaustive]
    Event {
        /// Where it is in the log.
        position: Position,
        /// What it is in order with.
        lane: Lane,
        /// What has happened.
        #[source]
        source: Box<Self>,
    },
}

impl ProjectionError {
    /// The projection's own code failed.
    pub fn work(source: impl Into<WorkError>) -> Self {
        Self::Work(source.into())
    }

    /// An event could not be applied. Others can, if they are not of its lane.
    pub fn of_event(position: Position, lane: impl Into<Lane>, source: Self) -> Self {
        Self::Event { position, lane: lane.into(), source: Box::new(source) }
    }

    /// The projection's own code panicked with this.
    #[must_use]
    pub fn panicked(payload: Box<dyn Any + Send>) -> Self {
        let message = payload.downcast::<String>().map(|text| *text);
        let message = message.or_else(|other| other.downcast::<&str>().map(|text| (*text).to_owned()));
        Self::Panicked(message.unwrap_or_else(|_| "it does not say why".to_owned()))
    }
}
