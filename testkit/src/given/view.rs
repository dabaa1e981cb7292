use super::{
    IntoStream, Log,
    bodies::Bodies,
    decider::encoded,
    print::{self, causes, short_name},
};
use chrono::SubsecRound as _;
use factum_core::{
    CheckpointKey, CheckpointStore as _, ConsumerName, LogId, Metadata, NewEvent, Recorded, RecordedEvent,
    Timestamp, View,
    checkpoint::Advance,
    event::same_payload,
    projection::Project,
    sink::{Collection, Document, DocumentReader as _, Sink as _},
};
use factum_store_memory::MemoryStore;
use futures_util::FutureExt as _;
use std::{error::Error, fmt, fmt::Display};

/// Begins a test of a view: `project(Balances).given("account-ada", Deposited { amount: 100 }).then_document(…)`.
#[must_use = "a view is tested by `then…`"]
pub const fn project<V: View>(view: V) -> Projected<V> {
    Projected { view, events: Vec::new() }
}

/// A view and the events that it is folded from. Made by [`project`].
pub struct Projected<V> {
    view: V,
    events: Vec<NewEvent>,
}

impl<V: View> Projected<V> {
    /// This event has happened in `stream`, after those before. Unless [`Projected::at`] says when, it was a second after
    /// the one before it, and the first one was at 2000-01-01T00:00:01Z.
    #[track_caller]
    #[must_use = "a view is tested by `then…`"]
    pub fn given(mut self, stream: impl IntoStream, event: impl Into<V::Event>) -> Self {
        self.events.push(encoded(stream.named(), &event.into()));
        self
    }

    /// The last event happened at `time`.
    #[track_caller]
    #[must_use = "a view is tested by `then…`"]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.last().time = Some(time.trunc_subsecs(6));
        self
    }

    /// The last event has this metadata.
    #[track_caller]
    #[must_use = "a view is tested by `then…`"]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.last().metadata = metadata;
        print::storable(self.last());
        self
    }

    /// The document with this key is this one.
    #[track_caller]
    pub fn then_document(self, key: impl Display, expected: V::Document) -> Self {
        let key = key.to_string();
        let expected = self.body(&key, &expected);
        let documents = self.documents();
        let Some(document) = documents.0.get(&key) else { self.missing(&key, &documents) };
        if !same_payload(document, &expected) {
            panic!(
                "document {key:?} of {} is not as expected (- expected, + folded)\n{}",
                V::NAME,
                print::difference(&print::payload(&expected), &print::payload(document))
            );
        }
        self
    }

    /// `check` looks at the document with this key.
    #[track_caller]
    pub fn then_document_with(self, key: impl Display, check: impl FnOnce(&V::Document)) -> Self {
        let key = key.to_string();
        let documents = self.documents();
        let Some(document) = documents.0.get(&key) else { self.missing(&key, &documents) };
        match serde_json::from_slice(document) {
            Ok(document) => check(&document),
            Err(error) => panic!("document {key:?} of {} cannot be read: {error}", V::NAME),
        }
        self
    }

    /// There is no document with this key.
    #[track_caller]
    pub fn then_no_document(self, key: impl Display) -> Self {
        let key = key.to_string();
        if let Some(document) = self.documents().0.get(&key) {
            panic!("{} has a document {key:?}, and should have none\n{}", V::NAME, print::payload(document));
        }
        self
    }

    /// These are the documents, and no others, in any order.
    #[track_caller]
    pub fn then_documents<K: Display>(self, expected: impl IntoIterator<Item = (K, V::Document)>) -> Self {
        let mut bodies = Bodies::default();
        for (key, document) in expected {
            let key = key.to_string();
            let body = self.body(&key, &document);
            if bodies.0.insert(key.clone(), body).is_some() {
                panic!("document {key:?} is expected twice");
            }
        }
        let documents = self.documents();
        if bodies != documents {
            panic!(
                "the documents of {} are not as expected (- expected, + folded)\n{}",
                V::NAME,
                print::difference(&bodies.to_string(), &documents.to_string())
            );
        }
        self
    }

    /// The documents, which must not depend on how the events come in batches.
    #[track_caller]
    fn documents(&self) -> Bodies {
        let events = self.delivered();
        let whole = self.folded(&events, events.len().max(1));
        for size in [1, 2] {
            let parts = self.folded(&events, size);
            if whole != parts {
                panic!(
                    "the documents of {} depend on how events come in batches (- all at once, + {size} at a time); is \
                     there a field of the document that serde does not write, or cannot read back?\n{}",
                    V::NAME,
                    print::difference(&whole.to_string(), &parts.to_string())
                );
            }
        }
        whole
    }

    /// The events that a runner would deliver.
    #[track_caller]
    fn delivered(&self) -> Vec<RecordedEvent> {
        let query = self.view.query();
        if let Err(invalid) = query.check() {
            panic!("no store takes the query of {}: {invalid}", V::NAME);
        }
        let mut log = Log::default();
        for event in &self.events {
            log.push(event.clone());
        }
        log.events().iter().filter(|event| query.matches_event(event)).cloned().collect()
    }

    #[track_caller]
    fn folded(&self, events: &[RecordedEvent], batch: usize) -> Bodies {
        // The memory store never waits, so its futures need no runtime.
        match fold(&self.view, events, batch).now_or_never() {
            Some(Ok(documents)) => documents.into(),
            Some(Err(error)) => panic!("{} cannot be folded: {}", V::NAME, causes(&*error)),
            None => unreachable!("the memory store never waits"),
        }
    }

    #[track_caller]
    fn body(&self, key: &str, document: &V::Document) -> Vec<u8> {
        match serde_json::to_vec(document) {
            Ok(body) => body,
            Err(error) => panic!("the expected document {key:?} of {} cannot be written: {error}", V::NAME),
        }
    }

    #[track_caller]
    fn missing(&self, key: &str, documents: &Bodies) -> ! {
        match documents.0.is_empty() {
            true => panic!("{} has no document {key:?}; it has none at all", V::NAME),
            false => panic!("{} has no document {key:?}; it has\n{documents}", V::NAME),
        }
    }

    #[track_caller]
    fn last(&mut self) -> &mut NewEvent {
        match self.events.last_mut() {
            Some(event) => event,
            None => panic!("no event is given yet"),
        }
    }
}

/// Projects as the runner does, `batch` events at a time, into a sink of its own.
async fn fold<V: View>(
    view: &V,
    events: &[RecordedEvent],
    batch: usize,
) -> Result<Vec<Document>, Box<dyn Error + Send + Sync>> {
    let sink = MemoryStore::new();
    Project::<MemoryStore>::prepare(view, &sink).await?;
    let key = CheckpointKey::new(ConsumerName::from_static(V::NAME)?, LogId::random());
    let epoch = sink.claim(&key).await?.epoch;
    for batch in events.chunks(batch) {
        let through = batch.last().map(|event| event.position).unwrap_or_default();
        let batch: Vec<Recorded<V::Event>> =
            batch.iter().map(|event| event.clone().decode()).collect::<Result<_, _>>()?;
        let work = view.project(&sink, &batch).await?;
        sink.commit(work, Advance::new(key.clone(), epoch, through)).await?;
    }
    Ok(sink.scan(&Collection::new(V::NAME, V::VERSION)?, None, usize::MAX).await?)
}

impl<V> fmt::Debug for Projected<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(short_name::<V>()).field("events", &self.events.len()).finish_non_exhaustive()
    }
}
