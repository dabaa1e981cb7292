use crate::given::{
    self, Act, Entries, Faulty, Journal, Noted, Step, append, documents, expected, noted, sqlite, steps,
};
use factum::{
    Documents, EventStore, Keys, Recorded, StreamId, View,
    sink::{Collection, DocumentReader, DocumentSink},
};
use factum_macros::Projection;
use factum_projections::live::Live;
use factum_store_memory::MemoryStore;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::{fmt, hash, sync::Arc};
use tokio::runtime::Builder;

async fn folded<V: View, S: EventStore + DocumentSink>(view: V, store: S, pages: &[usize]) -> Faulty<S> {
    let head = store.head().await.unwrap();
    let store = Faulty::new(store).pages(pages);
    given::run(view, store.clone(), store.clone()).waiter().reached(head).await.unwrap();
    store
}

/// The bodies of all documents of `V`, as a reader gives them.
async fn bodies<V: View>(reader: &impl DocumentReader) -> Vec<(String, String)> {
    let collection = Collection::new(V::NAME, V::VERSION).unwrap();
    let documents = reader.scan(&collection, None, 10_000).await.unwrap();
    documents.into_iter().map(|d| (d.key, String::from_utf8(d.body.to_vec()).unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn kept_and_folded_on_demand_alike(
        steps in steps(0..40),
        pages in proptest::collection::vec(1..6_usize, 1..4),
    ) {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let store = MemoryStore::new();
            append(&store, steps.iter().map(Step::event)).await;
            let live = Live::new(Journal, Faulty::new(store.clone()).pages(pages.clone()));
            let kept = folded(Journal, store, &pages).await;
            assert_eq!(documents(&kept).await, expected(&steps));
            assert_eq!(documents(&live).await, expected(&steps));

            let (kept, live) = (Documents::<Journal>::new(Arc::new(kept)), Documents::<Journal>::new(Arc::new(live)));
            let keys = ["c", "a", "none", "a"].map(str::to_owned);
            assert_eq!(kept.get_many(&keys).await.unwrap(), live.get_many(&keys).await.unwrap());
            for after in ["", "a", "b", "z"] {
                let (kept, live) = (kept.page(Some(after), 1).await.unwrap(), live.page(Some(after), 1).await.unwrap());
                assert_eq!(kept, live);
            }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn kept_in_sqlite(steps in steps(1..25), pages in proptest::collection::vec(1..6_usize, 1..4)) {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let (store, _folder) = sqlite().await;
            append(&store, steps.iter().map(Step::event)).await;
            let kept = folded(Journal, store.clone(), &pages).await;
            assert_eq!(documents(&kept).await, expected(&steps));
            assert_eq!(documents(&Live::new(Journal, store)).await, expected(&steps));
        });
    }
}

#[tokio::test]
async fn a_document_that_is_deleted_and_made_anew_in_one_batch_begins_as_its_default() {
    for pages in [vec![1], vec![2], vec![10]] {
        let store = MemoryStore::new();
        let step = |act| Step { act, keys: vec!["k".to_owned()] }.event();
        append(&store, [Act::Note, Act::Erase, Act::Note].map(step)).await;
        let kept = folded(Journal, store, &pages).await;
        assert_eq!(documents(&kept).await["k"], [3], "pages of {pages:?}");
    }
}

#[tokio::test]
async fn a_document_that_was_stored_and_is_deleted_and_made_anew() {
    for pages in [vec![1], vec![1, 2], vec![1, 1, 1, 1], vec![4]] {
        let store = MemoryStore::new();
        let step = |act| Step { act, keys: vec!["k".to_owned()] }.event();
        append(&store, [Act::Note, Act::Erase, Act::Note, Act::Erase].map(step)).await;
        let kept = folded(Journal, store, &pages).await;
        assert!(documents(&kept).await.is_empty(), "pages of {pages:?}");
        assert_eq!(
            kept.inner.load(&Collection::new("journal", 1).unwrap(), vec!["k".into()]).await.unwrap(),
            [None]
        );
    }
}

/// Sums numbers that have no short binary form.
#[derive(Clone, Copy, Projection)]
#[projection(name = "sums", events(Noted))]
struct Sums;

#[derive(Default, Serialize, Deserialize)]
struct Sum {
    of: f64,
}

impl View for Sums {
    type Key = String;
    type Document = Sum;

    fn keys(&self, _: &Recorded<SumsEvent>) -> Keys<String> {
        Keys::one("all".to_owned())
    }

    fn fold(&self, _: &String, sum: &mut Sum, event: &Recorded<SumsEvent>) {
        sum.of += 1.0 / event.position().get() as f64;
    }
}

#[tokio::test]
async fn numbers_with_a_fraction_too() {
    let store = MemoryStore::new();
    append(&store, (0..200).map(|_| noted("k"))).await;
    let live = bodies::<Sums>(&Live::new(Sums, store.clone())).await;
    let kept = bodies::<Sums>(&folded(Sums, store, &[1]).await).await;
    assert_eq!(kept, live);
}

/// Keys that are told apart, and are kept under one printed key.
#[derive(Clone, Copy, Projection)]
#[projection(name = "printed", events(Noted))]
struct Printed;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shouted(String);

impl fmt::Display for Shouted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_lowercase())
    }
}

impl View for Printed {
    type Key = Shouted;
    type Document = Entries;

    fn keys(&self, event: &Recorded<PrintedEvent>) -> Keys<Shouted> {
        let PrintedEvent::Noted(Noted { keys }) = &event.event;
        Keys::many(keys.iter().cloned().map(Shouted))
    }

    fn fold(&self, _: &Shouted, entries: &mut Entries, event: &Recorded<PrintedEvent>) {
        entries.positions.push(event.position().get());
    }
}

/// Keys that are one, and print in several ways.
#[derive(Clone, Copy, Projection)]
#[projection(name = "equal", events(Noted))]
struct Equal;

#[derive(Clone)]
struct Folded(String);

impl PartialEq for Folded {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Folded {}

impl hash::Hash for Folded {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.to_lowercase().hash(state);
    }
}

impl fmt::Display for Folded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl View for Equal {
    type Key = Folded;
    type Document = Entries;

    fn keys(&self, event: &Recorded<EqualEvent>) -> Keys<Folded> {
        let EqualEvent::Noted(Noted { keys }) = &event.event;
        Keys::many(keys.iter().cloned().map(Folded))
    }

    fn fold(&self, _: &Folded, entries: &mut Entries, event: &Recorded<EqualEvent>) {
        entries.positions.push(event.position().get());
    }
}

async fn alike<V: View + Copy>(view: V) {
    let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect();
    let log: [&[&str]; 4] = [&["A"], &["a"], &["A", "a"], &["a"]];
    let log = log.map(|names| Step { act: Act::Note, keys: keys(names) });
    let store = MemoryStore::new();
    append(&store, log.iter().map(Step::event)).await;
    let live = bodies::<V>(&Live::new(view, store.clone())).await;
    for pages in [1, 2, 3, 4] {
        let store = MemoryStore::new();
        append(&store, log.iter().map(Step::event)).await;
        let kept = bodies::<V>(&folded(view, store, &[pages]).await).await;
        assert_eq!(kept, live, "pages of {pages}");
    }
}

#[tokio::test]
async fn keys_that_print_alike_are_one_document() {
    alike(Printed).await;
}

#[tokio::test]
async fn keys_that_print_differently_are_different_documents() {
    alike(Equal).await;
}

/// Views by the stream's key: one says that its keys are of the stream, the other is asked for each event.
macro_rules! view_by_stream {
    ($view:ident, $events:ident, $name:literal, $of_stream:literal) => {
        #[derive(Clone, Copy, Projection)]
        #[projection(name = $name, events(Noted))]
        struct $view;

        impl View for $view {
            type Key = String;
            type Document = Entries;

            const KEYS_OF_STREAM: bool = $of_stream;

            fn keys(&self, event: &Recorded<$events>) -> Keys<String> {
                // Streams of two categories share a document, one has two of them, and one has none.
                match event.stream().key() {
                    "none" => Keys::none(),
                    "two" => Keys::many(["a".to_owned(), "two".to_owned()]),
                    key => Keys::one(key.to_owned()),
                }
            }

            fn fold(&self, _: &String, entries: &mut Entries, event: &Recorded<$events>) {
                entries.positions.push(event.position().get());
            }

            fn keep(&self, entries: &Entries) -> bool {
                entries.positions.len() % 4 != 3
            }
        }
    };
}

view_by_stream!(ByStream, ByStreamEvent, "by_stream", true);
view_by_stream!(ByEvent, ByEventEvent, "by_event", false);

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keys_of_streams_are_those_of_their_events(
        streams in proptest::collection::vec((0..2_usize, 0..4_usize), 0..40),
        pages in proptest::collection::vec(1..6_usize, 1..4),
    ) {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let events = || streams.iter().map(|(category, key)| {
                let stream = StreamId::new(["log", "diary"][*category], ["a", "b", "two", "none"][*key]).unwrap();
                let mut event = noted("any");
                event.stream = stream;
                event
            });
            let (one, other) = (MemoryStore::new(), MemoryStore::new());
            append(&one, events()).await;
            append(&other, events()).await;
            let by_stream = bodies::<ByStream>(&folded(ByStream, one, &pages).await).await;
            assert_eq!(by_stream, bodies::<ByEvent>(&folded(ByEvent, other, &pages).await).await);
        });
    }
}
