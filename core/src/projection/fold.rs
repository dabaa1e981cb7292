use super::{KeyError, Lanes, Parting, Partition, ProjectionError, Recent, View, parting};
use crate::{
    Position, StoreError, StreamId,
    event::Recorded,
    quarantine::Lane,
    sink::{Change, Collection, Document, DocumentReader},
};
use bytes::Bytes;
use foldhash::{HashMap, HashMapExt as _};
use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The documents that a batch changes, as far as it has been folded.
pub(super) struct Folding<'a, V: View> {
    view: &'a V,
    documents: Vec<Touched<V::Document>>,
    /// The index of a document, by its printed key.
    known: HashMap<String, usize>,
    targets: Vec<Target<V::Key>>,
    /// The targets of a stream's events, where they are the same for all of them.
    streams: HashMap<StreamId, Range<usize>>,
    /// What is printed to and collected in for each event or piece.
    printed: String,
    folds: Vec<Fold>,
}

/// A document that the batch changes.
struct Touched<D> {
    /// As it is printed.
    key: String,
    /// Whether it was there before the batch.
    stored: bool,
    document: Option<D>,
    /// The last event that was folded into it, or the first that is going to be.
    last: Position,
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

impl<'a, V: View> Folding<'a, V> {
    pub(super) fn new(view: &'a V) -> Self {
        Self {
            view,
            documents: Vec::new(),
            known: HashMap::new(),
            targets: Vec::new(),
            streams: HashMap::new(),
            printed: String::new(),
            folds: Vec::new(),
        }
    }

    /// Folds these events, which follow those before.
    pub(super) async fn take(
        &mut self,
        events: &[Recorded<V::Event>],
        reader: &impl DocumentReader,
        collection: &Collection,
        recent: &Recent,
        lanes: &Lanes,
    ) -> Result<(), ProjectionError> {
        let keys = self.touch(events, lanes.partition())?;
        if !keys.is_empty() {
            let bodies = recent.load(reader, collection, &keys).await?;
            self.fill(bodies, collection)?;
        }
        self.fold(events, lanes)
    }

    /// Takes what the documents were that were touched last.
    pub(super) fn fill(
        &mut self,
        bodies: Vec<Option<Bytes>>,
        collection: &Collection,
    ) -> Result<(), ProjectionError> {
        let added = self.documents.len() - bodies.len();
        for (touched, body) in self.documents[added..].iter_mut().zip(bodies) {
            touched.read(body, collection).map_err(|error| touched.failed(error))?;
        }
        Ok(())
    }

    /// Folds the events that were looked at last.
    pub(super) fn fold(
        &mut self,
        events: &[Recorded<V::Event>],
        lanes: &Lanes,
    ) -> Result<(), ProjectionError> {
        for Fold { event, target } in self.folds.drain(..) {
            let Target { key, document } = &self.targets[target];
            let (touched, event) = (&mut self.documents[*document], &events[event]);
            if !lanes.takes_into(&touched.key, &event.record) {
                continue;
            }
            touched.last = event.position();
            let folded = touched.document.get_or_insert_default();
            // After each event and not once a batch, so that where a batch ends makes no difference.
            let keep = catching(|| {
                self.view.fold(key, folded, event);
                self.view.keep(folded)
            });
            match keep {
                Ok(true) => {}
                Ok(false) => touched.document = None,
                // What is left of the document is dropped with the batch.
                Err(error) => return Err(touched.failed(error)),
            }
        }
        if !V::KEYS_OF_STREAM {
            self.targets.clear();
        }
        Ok(())
    }

    /// Finds out which events are to be folded into which documents. The keys of those documents that no event before has
    /// changed.
    pub(super) fn touch(
        &mut self,
        events: &[Recorded<V::Event>],
        partition: Partition,
    ) -> Result<Vec<&str>, ProjectionError> {
        let before = self.documents.len();
        self.folds.reserve(events.len());
        for (event, recorded) in events.iter().enumerate() {
            let known = if V::KEYS_OF_STREAM { self.streams.get(recorded.stream()) } else { None };
            let of_event =
                if let Some(known) = known { known.clone() } else { self.targets_of(recorded, partition)? };
            self.folds.extend(of_event.map(|target| Fold { event, target }));
        }
        Ok(self.documents[before..].iter().map(|document| document.key.as_str()).collect())
    }

    fn targets_of(
        &mut self,
        event: &Recorded<V::Event>,
        partition: Partition,
    ) -> Result<Range<usize>, ProjectionError> {
        let first = self.targets.len();
        let Self { view, documents, known, targets, printed, .. } = self;
        // Its documents are not known, so it is in order with its stream.
        let failed = |error| ProjectionError::of_event(event.position(), event.stream().clone(), error);
        let mut elsewhere = None;
        let keys = catching(|| view.keys(event)).map_err(failed)?;
        let each = keys.each(printed, |printed, key| {
            if !partition.has(printed) {
                elsewhere.get_or_insert_with(|| printed.to_owned());
                return;
            }
            let document = known.get(printed).copied().unwrap_or_else(|| {
                let last = event.position();
                documents.push(Touched { key: printed.to_owned(), stored: false, document: None, last });
                known.insert(printed.to_owned(), documents.len() - 1);
                documents.len() - 1
            });
            targets.push(Target { key, document });
        });
        each.map_err(|error| failed(error.into()))?;
        if parting::<V>() == Parting::Streams
            && let Some(key) = elsewhere
        {
            let stream = event.stream().clone();
            return Err(failed(KeyError::Elsewhere { stream, key }.into()));
        }
        let of_event = first..self.targets.len();
        if V::KEYS_OF_STREAM {
            self.streams.insert(event.stream().clone(), of_event.clone());
        }
        Ok(of_event)
    }

    /// What has become of the documents; `recent` remembers it.
    pub(super) fn changes(self, recent: &mut Recent) -> Result<Vec<Change>, ProjectionError> {
        let mut changes = Vec::with_capacity(self.documents.len());
        let mut json = Vec::new();
        for Touched { key, stored, document, last } in self.documents {
            if let Some(document) = document {
                json.clear();
                serde_json::to_writer(&mut json, &document).map_err(|error| {
                    let lane = Lane::Document(key.clone());
                    ProjectionError::of_event(last, lane, ProjectionError::work(error))
                })?;
                let body = Bytes::copy_from_slice(&json);
                recent.keep(&key, Some(&body));
                changes.push(Change::Put(Document::new(key, body)));
            } else {
                recent.keep(&key, None);
                if stored {
                    changes.push(Change::Delete { key });
                }
            }
        }
        Ok(changes)
    }
}

impl<D> Touched<D> {
    /// What has happened to it at its last event.
    fn failed(&self, error: impl Into<ProjectionError>) -> ProjectionError {
        ProjectionError::of_event(self.last, Lane::Document(self.key.clone()), error.into())
    }
}

/// Code of a view, whose panic must not end more than it has to.
pub(super) fn catching<T>(code: impl FnOnce() -> T) -> Result<T, ProjectionError> {
    catch_unwind(AssertUnwindSafe(code)).map_err(ProjectionError::panicked)
}

impl<D: serde::de::DeserializeOwned> Touched<D> {
    /// Takes what it was before the batch.
    fn read(&mut self, body: Option<Bytes>, collection: &Collection) -> Result<(), StoreError> {
        self.stored = body.is_some();
        let document = body.map(|body| serde_json::from_slice(&body)).transpose();
        self.document = document.map_err(|e| {
            StoreError::corrupt(format!("reading document {:?} of {collection}", self.key), e)
        })?;
        Ok(())
    }
}
