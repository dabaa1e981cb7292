//! Projections of the suite's own.

use crate::conformance::steps::{event_type, stream};
use bytes::Bytes;
use factum_core::{
    NewEvent, Query, RecordedEvent, StreamId,
    event::{Codec, CodecError, DecodeError, Encoded, Event, EventDescriptor, EventEnum, Recorded},
    projection::{Inlined, Keys, Project, ProjectInline, Projection, ProjectionError, Reads, View},
    sink::{Change, Collection, Document, DocumentSink},
};
use std::collections::BTreeMap;

/// What is done to documents: an event `Erased` deletes them, any other one adds a line. The payload names their keys, with
/// commas between them.
#[derive(Debug)]
pub(super) struct Entry {
    keys: Vec<String>,
    erases: bool,
}

/// As it is stored.
pub(super) struct Plain;

/// A key of an event that cannot be read, since its decoder panics.
const UNREADABLE: &str = "panics when it is read";
/// A key that panics when it is looked for.
const KEYLESS: &str = "panics when its key is asked for";
/// A key of a document into which nothing can be folded.
const UNFOLDABLE: &str = "panics when it is folded";

impl Codec<Entry> for Plain {
    const CONTENT_TYPE: &'static str = "text/plain";

    fn encode(entry: &Entry) -> Result<Bytes, CodecError> {
        Ok(entry.keys.join(",").into())
    }

    fn decode(bytes: &[u8]) -> Result<Entry, CodecError> {
        let text = std::str::from_utf8(bytes).map_err(CodecError::new)?;
        assert_ne!(text, UNREADABLE, "as it is meant to");
        Ok(Entry { keys: text.split(',').map(str::to_owned).collect(), erases: false })
    }
}

impl Event for Entry {
    const TYPE: &'static str = "Noted";
    type Codec = Plain;
}

impl EventEnum for Entry {
    const TYPES: &'static [EventDescriptor] = &[EventDescriptor::of::<Self>()];

    fn encode(&self) -> Result<Encoded, CodecError> {
        Encoded::of(self)
    }

    fn decode(event: &RecordedEvent) -> Result<Self, DecodeError> {
        let entry = Plain::decode(&event.payload).map_err(|error| DecodeError::payload(event, error))?;
        Ok(Self { erases: event.event_type.as_str() == "Erased", ..entry })
    }
}

/// The name of the `N`th projection. The one with work of its own is the first that appends apply.
pub(super) const fn name(n: usize) -> &'static str {
    ["notes", "other_notes", "by_own_work"][n]
}

/// A view whose documents have a line for each event that was folded into them, which says where the event is. One that is left out,
/// taken twice, taken in another order or given another place shows.
#[derive(Debug)]
pub(super) struct Notes<const N: usize> {
    pub(super) query: Query,
}

/// Where an event is, as it is noted.
fn line(event: &RecordedEvent) -> String {
    format!("{} {} {}", event.position, event.stream, event.version)
}

impl<const N: usize> Projection for Notes<N> {
    type Event = Entry;
    const NAME: &'static str = name(N);

    fn query(&self) -> Query {
        self.query.clone()
    }
}

impl<const N: usize> View for Notes<N> {
    type Key = String;
    type Document = Vec<String>;

    fn keys(&self, event: &Recorded<Entry>) -> Keys<String> {
        let keys = &event.event.keys;
        assert!(!keys.iter().any(|key| key == KEYLESS), "as it is meant to");
        Keys::many(keys.iter().cloned())
    }

    fn fold(&self, key: &String, lines: &mut Vec<String>, event: &Recorded<Entry>) {
        assert_ne!(key, UNFOLDABLE, "as it is meant to");
        match event.event.erases {
            true => lines.clear(),
            false => lines.push(line(&event.record)),
        }
    }

    fn keep(&self, lines: &Vec<String>) -> bool {
        !lines.is_empty()
    }
}

/// What these events, which concern it, make of a read model.
pub(super) fn fold(events: &[RecordedEvent]) -> BTreeMap<String, Vec<String>> {
    let mut documents = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        let entry = <Entry as EventEnum>::decode(event).expect("the suite reads what it has written");
        for key in entry.keys {
            match entry.erases {
                true => drop(documents.remove(&key)),
                false => documents.entry(key).or_default().push(line(event)),
            }
        }
    }
    documents
}

/// An event of the stream `account-1` that adds a line to documents.
pub(super) fn noted(keys: &str) -> NewEvent {
    noted_in(&stream("1"), keys)
}

pub(super) fn noted_in(stream: &StreamId, keys: &str) -> NewEvent {
    NewEvent::new(stream.clone(), event_type("Noted"), keys.to_owned())
}

/// One that deletes documents.
pub(super) fn erased(keys: &str) -> NewEvent {
    NewEvent::new(stream("1"), event_type("Erased"), keys.to_owned())
}

/// One that concerns nobody who does not ask for everything.
pub(super) fn unrelated() -> NewEvent {
    NewEvent::new(stream("1"), event_type("Other"), "nobody")
}

/// Events that cannot be applied: each with what the projection does.
pub(super) fn broken() -> [(&'static str, NewEvent); 4] {
    [
        ("names a document that cannot be", noted("a,,b")),
        ("panics when it decodes", noted(UNREADABLE)),
        ("panics when it is asked for keys", noted(KEYLESS)),
        ("panics when it folds", noted(UNFOLDABLE)),
    ]
}

/// The same read model by a projection with work of its own.
#[derive(Debug)]
pub(super) struct OwnNotes<K> {
    /// For nothing but to make its work.
    pub(super) sink: K,
    pub(super) query: Query,
}

impl<K: DocumentSink> Projection for OwnNotes<K> {
    type Event = Entry;
    const NAME: &'static str = name(2);

    fn query(&self) -> Query {
        self.query.clone()
    }
}

#[async_trait::async_trait]
impl<K: DocumentSink> Project<K> for OwnNotes<K> {
    async fn project(&self, _: &K, _: &[Recorded<Entry>]) -> Result<K::Work, ProjectionError> {
        unreachable!("nobody runs it")
    }
}

impl<K: DocumentSink> ProjectInline<K> for OwnNotes<K> {
    fn reads(&self, _: u32, events: &[Recorded<Entry>]) -> Result<Reads, ProjectionError> {
        Ok(Reads { collection: Some(Collection::new(Self::NAME, 1)?), keys: keys(events) })
    }

    fn project_inline(
        &self,
        _: u32,
        events: &[Recorded<Entry>],
        documents: Vec<Option<Bytes>>,
    ) -> Result<Inlined<K::Work>, ProjectionError> {
        let mut changes = Vec::new();
        for (key, before) in keys(events).into_iter().zip(documents) {
            let before = before.map(|body| serde_json::from_slice(&body)).transpose();
            let mut lines: Vec<String> = before.map_err(ProjectionError::work)?.unwrap_or_default();
            for event in events.iter().filter(|event| event.event.keys.contains(&key)) {
                match event.event.erases {
                    true => lines.clear(),
                    false => lines.push(line(&event.record)),
                }
            }
            changes.push(match lines.is_empty() {
                true => Change::Delete { key },
                false => Change::Put(Document::new(
                    key,
                    serde_json::to_vec(&lines).map_err(ProjectionError::work)?,
                )),
            });
        }
        Ok(Inlined::Work(self.sink.changes(&Collection::new(Self::NAME, 1)?, changes)))
    }
}

/// Each once.
fn keys(events: &[Recorded<Entry>]) -> Vec<String> {
    let mut keys: Vec<_> = events.iter().flat_map(|event| event.event.keys.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
