use super::{Documents, KeyError, Projection, Recent, View};
use crate::{
    Invalid, StoreError, StreamId,
    app::Startup,
    event::{DecodeError, Recorded},
    sink::{Change, Collection, Document, DocumentSink, Sink, WorkError},
};
use async_trait::async_trait;
use bytes::Bytes;
use foldhash::{HashMap, HashMapExt as _};
use std::{ops::Range, sync::Arc};

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
    /// Makes room in the sink for the read model, if there is none yet. Called once before the first batch.
    ///
    /// # Errors
    /// [`ProjectionError`].
    async fn prepare(&self, _sink: &K) -> Result<(), ProjectionError> {
        Ok(())
    }

    /// Provides what questions about the read model are answered from.
    fn provide(&self, _sink: &K, _startup: &mut Startup) {}

    /// What these events change in the read model. They come in position order, and never twice.
    ///
    /// # Errors
    /// [`ProjectionError`]; nothing of the batch takes effect.
    async fn project(&self, sink: &K, events: &[Recorded<Self::Event>]) -> Result<K::Work, ProjectionError>;

    /// The same, for a runner that owns the read model: it has committed what the calls before this one returned, in
    /// order, and nobody else has written the read model since the first of them, to which it gave an empty `recent`.
    ///
    /// By default this is [`Project::project`]. A [`View`] does not read back what it remembers.
    ///
    /// # Errors
    /// [`ProjectionError`]; nothing of the batch takes effect.
    async fn project_next(
        &self,
        sink: &K,
        events: &[Recorded<Self::Event>],
        _recent: &mut Recent,
    ) -> Result<K::Work, ProjectionError> {
        self.project(sink, events).await
    }
}

#[async_trait]
impl<V: View, K: DocumentSink> Project<K> for V {
    async fn prepare(&self, sink: &K) -> Result<(), ProjectionError> {
        Ok(sink.prepare(&Collection::new(V::NAME, V::VERSION)?).await?)
    }

    fn provide(&self, sink: &K, startup: &mut Startup) {
        startup.provide(Documents::<V>::new(Arc::new(sink.clone())));
    }

    async fn project(&self, sink: &K, events: &[Recorded<V::Event>]) -> Result<K::Work, ProjectionError> {
        self.project_next(sink, events, &mut Recent::new()).await
    }

    async fn project_next(
        &self,
        sink: &K,
        events: &[Recorded<V::Event>],
        recent: &mut Recent,
    ) -> Result<K::Work, ProjectionError> {
        let collection = Collection::new(V::NAME, V::VERSION)?;
        let Touched { keys, targets, folds } = touched_by(self, events)?;
        let stored = recent.load(sink, &collection, &keys).await?;

        let mut documents = Vec::with_capacity(stored.len());
        for (key, body) in keys.iter().zip(&stored) {
            let document = body.as_ref().map(|body| serde_json::from_slice(body));
            documents.push(document.transpose().map_err(|e| unreadable(&collection, key, e))?);
        }
        for Fold { event, target } in folds {
            let Target { key, document: index } = &targets[target];
            // After each event and not once a batch, so that where a batch ends makes no difference.
            let document: &mut V::Document = documents[*index].get_or_insert_default();
            self.fold(key, document, &events[event]);
            if !self.keep(document) {
                documents[*index] = None;
            }
        }

        let mut changes = Vec::with_capacity(documents.len());
        let mut json = Vec::new();
        for ((key, document), stored) in keys.into_iter().zip(&documents).zip(stored) {
            if let Some(document) = document {
                json.clear();
                serde_json::to_writer(&mut json, document).map_err(|e| ProjectionError::Work(e.into()))?;
                let body = Bytes::copy_from_slice(&json);
                recent.keep(&key, Some(&body));
                changes.push(Change::Put(Document::new(key, body)));
            } else {
                recent.keep(&key, None);
                if stored.is_some() {
                    changes.push(Change::Delete { key });
                }
            }
        }
        Ok(sink.changes(&collection, changes))
    }
}

/// The documents that a batch changes, and which event is folded into which of them, in order.
struct Touched<K> {
    /// As they are printed.
    keys: Vec<String>,
    targets: Vec<Target<K>>,
    folds: Vec<Fold>,
}

/// What one or several events are folded into.
struct Target<K> {
    /// As the event gave it.
    key: K,
    /// Its index.
    document: usize,
}

/// Both by index.
struct Fold {
    event: usize,
    target: usize,
}

fn touched_by<V: View>(view: &V, events: &[Recorded<V::Event>]) -> Result<Touched<V::Key>, ProjectionError> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut streams: HashMap<&StreamId, Range<usize>> = HashMap::new();
    let (mut keys, mut targets) = (Vec::new(), Vec::new());
    let mut folds = Vec::with_capacity(events.len());
    let mut printed = String::new();
    for (event, recorded) in events.iter().enumerate() {
        let known = if V::KEYS_OF_STREAM { streams.get(recorded.stream()) } else { None };
        let of_event = if let Some(known) = known {
            known.clone()
        } else {
            let first = targets.len();
            view.keys(recorded).each(&mut printed, |printed, key| {
                let document = seen.get(printed).copied().unwrap_or_else(|| {
                    keys.push(printed.to_owned());
                    seen.insert(printed.to_owned(), keys.len() - 1);
                    keys.len() - 1
                });
                targets.push(Target { key, document });
            })?;
            if V::KEYS_OF_STREAM {
                streams.insert(recorded.stream(), first..targets.len());
            }
            first..targets.len()
        };
        folds.extend(of_event.map(|target| Fold { event, target }));
    }
    Ok(Touched { keys, targets, folds })
}

fn unreadable(collection: &Collection, key: &str, source: serde_json::Error) -> StoreError {
    StoreError::corrupt(format!("reading document {key:?} of {collection}"), source)
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
}

impl ProjectionError {
    /// The projection's own code failed.
    pub fn work(source: impl Into<WorkError>) -> Self {
        Self::Work(source.into())
    }
}
