use crate::given::{Noted, append, documents, noted, soon, sqlite, unrelated};
use factum::{
    App, ConsumerName, Documents, EventStore, Keys, NewEvent, Recorded, StreamId, View,
    event::Encoded,
    sink::{Collection, DocumentReader, DocumentSink, GenerationStore},
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, Runner};
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Counts wrongly until it has been mended, as code with a mistake does.
#[derive(Clone, Default, Projection)]
#[projection(name = "counted", events(Noted))]
struct Counted {
    mended: Arc<AtomicBool>,
    /// How many events it has been given.
    folds: Arc<AtomicU64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Count {
    events: u64,
    /// Of the mended code.
    is_right: bool,
}

impl View for Counted {
    type Key = String;
    type Document = Count;
    const KEYS_OF_STREAM: bool = true;

    fn keys(&self, event: &Recorded<CountedEvent>) -> Keys<String> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &String, count: &mut Count, _: &Recorded<CountedEvent>) {
        self.folds.fetch_add(1, Relaxed);
        count.events += 1;
        count.is_right = self.mended.load(Relaxed);
    }
}

fn event(stream: u64) -> NewEvent {
    let stream = StreamId::of("journal", stream).unwrap();
    NewEvent::encoded(stream, Encoded::of(&Noted { keys: Vec::new() }).unwrap())
}

const STREAMS: u64 = 50;

/// While events are appended and the read model is made anew, somebody reads it all the time.
async fn while_somebody_reads<S: EventStore + DocumentSink>(store: S, nodes: usize, partitions: u16) {
    let counted = Counted::default();
    let mut apps = Vec::new();
    for _ in 0..nodes {
        let runner = Runner::new(counted.clone()).partitions(partitions).lease(Duration::from_secs(2));
        apps.push(App::builder(store.clone()).run(runner).build().await.unwrap());
    }
    for round in 0..40 {
        append(&store, (0..STREAMS).map(event)).await;
        if round % 10 == 0 {
            append(&store, [unrelated()]).await;
        }
    }
    let app = &apps[0];
    soon(app.caught_up()).await.unwrap();

    counted.mended.store(true, Relaxed);
    let is_read = Arc::new(AtomicBool::new(true));
    let reader = tokio::spawn({
        let (documents, is_read) = (app.model::<Documents<Counted>>().unwrap(), Arc::clone(&is_read));
        async move {
            let (mut before, mut reads) = (vec![40; STREAMS as usize], 0_u64);
            while is_read.load(Relaxed) {
                let all = documents.all().await.unwrap();
                assert_eq!(all.len() as u64, STREAMS, "never empty or in part");
                let now: Vec<_> = all.iter().map(|(_, count)| count.events).collect();
                assert!(
                    now.iter().zip(&before).all(|(now, before)| now >= before),
                    "{now:?} after {before:?}"
                );
                (before, reads) = (now, reads + 1);
                tokio::task::yield_now().await;
            }
            reads
        }
    });
    let generation = app.rebuild::<Counted>().await.unwrap();
    assert_eq!(generation, 1);
    for _ in 0..10 {
        append(&store, (0..STREAMS).map(event)).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for app in &apps {
        soon(app.rebuilt::<Counted>(generation)).await.unwrap();
    }
    let last = append(&store, [event(7)]).await;
    for app in &apps {
        soon(app.wait_for::<Counted>(&last)).await.unwrap();
    }
    is_read.store(false, Relaxed);
    assert!(reader.await.unwrap() > 0);
    soon(app.caught_up()).await.unwrap();
    for (key, count) in app.model::<Documents<Counted>>().unwrap().all().await.unwrap() {
        let events = 50 + u64::from(key == "7");
        assert_eq!(count, Count { events, is_right: true }, "{key}");
    }
    for app in &apps {
        app.shutdown().await;
    }
}

#[tokio::test]
async fn in_memory() {
    while_somebody_reads(MemoryStore::new(), 1, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_sqlite_by_two_nodes() {
    let (store, _folder) = sqlite().await;
    while_somebody_reads(store, 2, 4).await;
}

#[tokio::test]
async fn and_goes_on_after_a_restart() {
    let (store, _folder) = sqlite().await;
    let counted = Counted::default();
    let start = || App::builder(store.clone()).projection(counted.clone());
    let app = start().build().await.unwrap();
    append(&store, (0..STREAMS).map(event)).await;
    soon(app.caught_up()).await.unwrap();
    app.shutdown().await;

    let consumer = ConsumerName::new("counted_v1").unwrap();
    assert_eq!(store.rebuild(&consumer, true).await.unwrap(), 1);
    assert_eq!(store.rebuild(&consumer, true).await.unwrap(), 1, "it is being made already");
    counted.mended.store(true, Relaxed);
    for _ in 0..2 {
        let app = start().build().await.unwrap();
        soon(async {
            while app.progress()[0].1.filling.is_none_or(|filling| filling.position.get() < STREAMS) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        let filling = app.progress()[0].1.filling.unwrap();
        assert!(filling.is_held && filling.generation == 1);
        app.shutdown().await;
    }
    assert_eq!(counted.folds.load(Relaxed), 2 * STREAMS, "each event was folded once for each generation");
    let of = |generation| Collection::new("counted", 1).unwrap().in_generation(generation);
    for (generation, is_right) in [(0, false), (1, true)] {
        let all = store.scan(&of(generation), None, 1_000).await.unwrap();
        assert_eq!(all.len() as u64, STREAMS);
        let first: Count = serde_json::from_slice(&all[0].body).unwrap();
        assert_eq!(first, Count { events: 1, is_right });
    }

    let app = start().build().await.unwrap();
    let documents = app.model::<Documents<Counted>>().unwrap();
    assert!(!documents.all().await.unwrap()[0].1.is_right, "it is held");
    store.release_generation(&consumer).await.unwrap();
    soon(app.rebuilt::<Counted>(1)).await.unwrap();
    assert!(documents.all().await.unwrap()[0].1.is_right);
    assert_eq!(counted.folds.load(Relaxed), 2 * STREAMS);
    app.shutdown().await;
}

#[tokio::test]
async fn unless_it_is_given_up() {
    let store = MemoryStore::new();
    let counted = Counted::default();
    let app = App::builder(store.clone()).projection(counted.clone()).build().await.unwrap();
    append(&store, (0..STREAMS).map(event)).await;
    soon(app.caught_up()).await.unwrap();
    let consumer = ConsumerName::new("counted_v1").unwrap();
    store.rebuild(&consumer, true).await.unwrap();
    let is_filling = || app.progress()[0].1.filling.is_some();
    soon(async {
        while !is_filling() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        store.abandon(&consumer).await.unwrap();
        while is_filling() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let of = |generation| Collection::new("counted", 1).unwrap().in_generation(generation);
    assert!(store.scan(&of(1), None, 1).await.unwrap().is_empty());
    assert_eq!(store.scan(&of(0), None, 1_000).await.unwrap().len() as u64, STREAMS);
    assert_eq!(app.rebuild::<Counted>().await.unwrap(), 2, "its number is not given again");
    soon(app.rebuilt::<Counted>(2)).await.unwrap();
    append(&store, [noted("k")]).await;
    app.caught_up().await.unwrap();
    let _ = documents(&store).await;
}
