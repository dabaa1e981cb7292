use super::{Faulty, run};
use factum::{
    Append, EventAppender, EventStore, EventType, Keys, NewEvent, Position, Receipt, Recorded, RecordedEvent,
    StreamId, View,
    app::Running as _,
    event::Encoded,
    sink::{Collection, DocumentReader, DocumentSink},
};
use factum_macros::{Event, Projection};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Event, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) keys: Vec<String>,
}

#[derive(Clone, Debug, Event, Serialize, Deserialize)]
pub(crate) struct Erased {
    pub(crate) keys: Vec<String>,
}

/// A document for each key, with the positions of the events that were folded into it: an event that is passed over,
/// taken twice or taken in another order shows.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(name = "journal", events(Noted, Erased))]
pub(crate) struct Journal;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entries {
    pub(crate) positions: Vec<u64>,
    erased: bool,
}

impl View for Journal {
    type Key = String;
    type Document = Entries;

    fn keys(&self, event: &Recorded<JournalEvent>) -> Keys<String> {
        match &event.event {
            JournalEvent::Noted(Noted { keys }) | JournalEvent::Erased(Erased { keys }) => {
                Keys::many(keys.iter().cloned())
            }
        }
    }

    fn fold(&self, _: &String, entries: &mut Entries, event: &Recorded<JournalEvent>) {
        match event.event {
            JournalEvent::Noted(_) => entries.positions.push(event.position().get()),
            JournalEvent::Erased(_) => entries.erased = true,
        }
    }

    fn keep(&self, entries: &Entries) -> bool {
        !entries.erased
    }
}

/// One event of a generated log.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) act: Act,
    pub(crate) keys: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Note,
    Erase,
    /// An event that the journal is not made from.
    Other,
}

impl Step {
    pub(crate) fn event(&self) -> NewEvent {
        let keys = self.keys.clone();
        let encoded = match self.act {
            Act::Note => Encoded::of(&Noted { keys }),
            Act::Erase => Encoded::of(&Erased { keys }),
            Act::Other => return unrelated(),
        };
        NewEvent::encoded(stream(), encoded.unwrap())
    }

    /// What an event was made of.
    pub(crate) fn read(event: &RecordedEvent) -> Self {
        match event.clone().decode::<JournalEvent>().map(|event| event.event) {
            Ok(JournalEvent::Noted(Noted { keys })) => Self { act: Act::Note, keys },
            Ok(JournalEvent::Erased(Erased { keys })) => Self { act: Act::Erase, keys },
            Err(_) => Self { act: Act::Other, keys: Vec::new() },
        }
    }
}

fn stream() -> StreamId {
    StreamId::new("journal", "1").unwrap()
}

pub(crate) fn noted(key: &str) -> NewEvent {
    Step { act: Act::Note, keys: vec![key.to_owned()] }.event()
}

/// An event of the journal that cannot be read.
pub(crate) fn broken() -> NewEvent {
    NewEvent::new(stream(), EventType::from_static("Noted"), r#"{"keys":7}"#)
}

pub(crate) fn unrelated() -> NewEvent {
    NewEvent::new(stream(), EventType::from_static("Unrelated"), "{}")
}

/// Few keys, so that documents meet; none, one, several and repeated ones.
pub(crate) fn steps(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    let act = prop_oneof![5 => Just(Act::Note), 2 => Just(Act::Erase), 2 => Just(Act::Other)];
    let keys = proptest::collection::vec(prop_oneof!["a", "b", "c"], 0..4);
    proptest::collection::vec((act, keys).prop_map(|(act, keys)| Step { act, keys }), count)
}

/// Alternating keys and unrelated events, with an erasure now and then.
pub(crate) fn followed(count: usize) -> Vec<Step> {
    let step = |i: usize| match i % 7 {
        2 => Step { act: Act::Other, keys: Vec::new() },
        5 => Step { act: Act::Erase, keys: vec![format!("k{}", i % 3)] },
        _ => Step { act: Act::Note, keys: vec![format!("k{}", i % 3), "all".to_owned()] },
    };
    (0..count).map(step).collect()
}

/// The journal of a log that consists of these steps, found without any of the code under test.
pub(crate) fn expected(steps: &[Step]) -> BTreeMap<String, Vec<u64>> {
    let mut journal: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (step, position) in steps.iter().zip(1..) {
        let mut keys = step.keys.clone();
        keys.sort();
        keys.dedup();
        for key in keys {
            match step.act {
                Act::Note => journal.entry(key).or_default().push(position),
                Act::Erase => drop(journal.remove(&key)),
                Act::Other => {}
            }
        }
    }
    journal
}

/// What a reader of documents has of the journal.
pub(crate) async fn documents(reader: &impl DocumentReader) -> BTreeMap<String, Vec<u64>> {
    let collection = Collection::new("journal", 1).unwrap();
    let documents = reader.scan(&collection, None, usize::MAX >> 1).await.unwrap();
    let read = |body: &[u8]| serde_json::from_slice::<Entries>(body).unwrap().positions;
    documents.iter().map(|document| (document.key.clone(), read(&document.body))).collect()
}

/// Appends these steps and applies them, so that there are documents; a session that begins with none loads none.
pub(crate) async fn begin<S: EventStore + DocumentSink>(store: &Faulty<S>, steps: &[Step]) {
    append(store, steps.iter().map(Step::event)).await;
    let running = run(Journal, store.clone(), store.clone());
    running.waiter().reached(Position::new(steps.len() as u64)).await.unwrap();
    running.stop().await;
}

/// Appends in one go.
pub(crate) async fn append(
    store: &impl EventAppender,
    events: impl IntoIterator<Item = NewEvent>,
) -> Receipt {
    store.append_one(Append::new(events)).await.unwrap()
}
