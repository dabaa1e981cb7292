use factum::{
    Documents, Keys, NewEvent, Recorded, StreamId, View,
    event::Encoded,
    sink::{Collection, DocumentReader},
};
use factum_macros::Projection;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use super::Noted;

/// What code has that can be mended while it runs.
#[derive(Clone, Default)]
pub(crate) struct Code {
    /// Whether it has no mistake any more: until then it counts wrongly, and panics at the key `poison`.
    pub(crate) mended: Arc<AtomicBool>,
    /// How many events it has folded.
    pub(crate) folds: Arc<AtomicU64>,
}

/// The keys of a document's events, and whether all of them were folded by code without a mistake.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) keys: Vec<String>,
    pub(crate) mistakes: u64,
}

impl Code {
    pub(crate) fn mend(&self) {
        self.mended.store(true, Relaxed);
    }

    fn fold(&self, tally: &mut Tally, Noted { keys }: &Noted) {
        let is_mended = self.mended.load(Relaxed);
        assert!(is_mended || keys[0] != "poison", "as the test wants it");
        self.folds.fetch_add(1, Relaxed);
        tally.keys.extend(keys.iter().cloned());
        tally.mistakes += u64::from(!is_mended);
    }
}

macro_rules! tallies {
    ($view:ident, $events:ident, $name:literal, $of_stream:literal) => {
        #[derive(Clone, Default, Projection)]
        #[projection(name = $name, events(Noted))]
        pub(crate) struct $view(pub(crate) Code);

        impl View for $view {
            type Key = String;
            type Document = Tally;
            const KEYS_OF_STREAM: bool = $of_stream;

            fn keys(&self, event: &Recorded<$events>) -> Keys<String> {
                // One that is not what its stream is called.
                let key = event.stream().key();
                Keys::one(key.strip_prefix("also ").unwrap_or(key).to_owned())
            }

            fn fold(&self, _: &String, tally: &mut Tally, event: &Recorded<$events>) {
                let $events::Noted(noted) = &event.event;
                self.0.fold(tally, noted);
            }

            fn keep(&self, tally: &Tally) -> bool {
                tally.keys.last().is_none_or(|key| key != "gone")
            }
        }
    };
}

// By what their streams say, or what each event says.
tallies!(ByStream, ByStreamEvent, "tallies", true);
tallies!(ByEvent, ByEventEvent, "tallies", false);

pub(crate) fn event(stream: &str, key: &str) -> NewEvent {
    let stream = StreamId::new("tally", stream).unwrap();
    NewEvent::encoded(stream, Encoded::of(&Noted { keys: vec![key.to_owned()] }).unwrap())
}

/// What a sink has of a generation.
pub(crate) async fn tallies(reader: &impl DocumentReader, generation: u32) -> BTreeMap<String, Tally> {
    let collection = Collection::new("tallies", 1).unwrap().in_generation(generation);
    let documents = reader.scan(&collection, None, 10_000).await.unwrap();
    let read = |body: &[u8]| serde_json::from_slice(body).unwrap();
    documents.iter().map(|document| (document.key.clone(), read(&document.body))).collect()
}

/// What is read of one.
pub(crate) async fn read<V: View<Key = String, Document = Tally>>(
    app: &factum::App,
    key: &str,
) -> Option<Tally> {
    app.model::<Documents<V>>().unwrap().get(&key.to_owned()).await.unwrap()
}
