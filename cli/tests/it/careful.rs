//! A projection that cannot apply some events until it has been mended. Its runner is in the process of the test, as an
//! application's would be.

use crate::{generated::line_with, place::Place};
use factum::{
    App, Documents, EventStore, Keys, Projection, Recorded, SqliteStore, View,
    projections::{AppBuilderExt as _, AppExt as _, OnFailure, Runner},
    sink::DocumentSink,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

#[derive(factum::Event, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) text: String,
}

/// Has a document for each stream of the category `journal`, and panics at texts that begin with `poison`.
#[derive(Clone, Default, Projection)]
#[projection(name = "careful", events(Noted))]
pub(crate) struct Careful {
    mended: Arc<AtomicBool>,
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Texts(Vec<String>);

impl View for Careful {
    type Key = String;
    type Document = Texts;
    const KEYS_OF_STREAM: bool = true;

    fn keys(&self, event: &Recorded<CarefulEvent>) -> Keys<String> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &String, texts: &mut Texts, event: &Recorded<CarefulEvent>) {
        let CarefulEvent::Noted(Noted { text }) = &event.event;
        assert!(self.mended.load(Relaxed) || !text.starts_with("poison"), "as the test wants it:\n{text}");
        texts.0.push(text.clone());
    }
}

impl Careful {
    pub(crate) fn mend(&self) {
        self.mended.store(true, Relaxed);
    }

    /// Nothing is tried again by itself.
    pub(crate) fn runner(&self) -> Runner<Self> {
        Runner::new(self.clone()).on_failure(OnFailure::Quarantine { attempts: 1 })
    }

    /// Runs it until all that is in the store is applied or in quarantine.
    pub(crate) async fn run(&self, store: impl EventStore + DocumentSink) -> App {
        let app = App::builder(store).run(self.runner()).build().await.unwrap();
        // Bounds how long a test that has failed hangs.
        let caught_up = tokio::time::timeout(Duration::from_secs(60), app.caught_up());
        caught_up.await.expect("an answer").unwrap();
        app
    }

    pub(crate) async fn run_in(&self, place: &Place) -> App {
        self.run(SqliteStore::open(place.path("factum.db")).await.unwrap()).await
    }
}

/// The texts of each document.
pub(crate) async fn documents(app: &App) -> BTreeMap<String, Vec<String>> {
    let documents = app.model::<Documents<Careful>>().unwrap().all().await.unwrap();
    documents.into_iter().map(|(key, texts)| (key, texts.0)).collect()
}

/// Lines of a log with these texts, each in its stream.
pub(crate) fn noted<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut versions = BTreeMap::new();
    let line = |(stream, text): (&'a str, &str)| {
        let version = versions.entry(stream).and_modify(|version| *version += 1).or_insert(1);
        line_with(stream, *version, "Noted", &serde_json::json!({ "text": text }).to_string(), "")
    };
    texts.into_iter().map(line).collect()
}

/// What most tests begin with: two documents whose second event is poison, and one that has none.
pub(crate) fn usual() -> String {
    noted([
        ("journal-1", "first"),
        ("journal-2", "poison"),
        ("journal-1", "poison"),
        ("journal-3", "first"),
        ("journal-1", "last"),
    ])
}

/// A folder with a store in it that has these events.
pub(crate) fn place_with(lines: &str) -> Place {
    let place = Place::new();
    place.write("log.ndjson", lines);
    place.ok("import log.ndjson");
    place
}
