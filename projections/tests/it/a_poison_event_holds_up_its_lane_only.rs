use crate::given::{Call, Fault, Faulty, Noted, append, broken, gate, noted, soon, sqlite};
use async_trait::async_trait;
use factum::{
    App, ConsumerName, Documents, EventStore, Keys, NewEvent, Position, QuarantineStore, Recorded, StreamId,
    View,
    event::Encoded,
    projection::{Project, ProjectionError},
    quarantine::{Lane, ListParked, Parked, Request},
    sink::{Change, Collection, Document, DocumentSink},
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, OnFailure, Runner, WaitError};
use factum_store_memory::{MemoryStore, MemoryWork};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

/// Panics at the key `poison` until it has been mended.
#[derive(Clone, Default, Projection)]
#[projection(name = "careful", events(Noted))]
struct Careful {
    mended: Arc<AtomicBool>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Seen {
    keys: Vec<String>,
}

impl View for Careful {
    type Key = String;
    type Document = Seen;
    const KEYS_OF_STREAM: bool = true;

    fn keys(&self, event: &Recorded<CarefulEvent>) -> Keys<String> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &String, seen: &mut Seen, event: &Recorded<CarefulEvent>) {
        let CarefulEvent::Noted(Noted { keys }) = &event.event;
        assert!(self.mended.load(Relaxed) || keys[0] != "poison", "as the test wants it");
        seen.keys.extend(keys.iter().cloned());
    }
}

fn event(stream: usize, key: &str) -> NewEvent {
    let stream = StreamId::new("journal", &stream.to_string()).unwrap();
    NewEvent::encoded(stream, Encoded::of(&Noted { keys: vec![key.to_owned()] }).unwrap())
}

/// No event is tried again by itself.
fn once<P>(projection: P) -> Runner<P> {
    Runner::new(projection).on_failure(OnFailure::Quarantine { attempts: 1 })
}

fn list<S: EventStore>(store: &S, consumer: &str) -> ListParked {
    ListParked::new(ConsumerName::new(consumer).unwrap(), store.log_id())
}

async fn parked<S: EventStore + QuarantineStore>(store: &S, consumer: &str) -> Vec<Parked> {
    store.parked(list(store, consumer)).await.unwrap()
}

async fn request<S: EventStore + QuarantineStore>(store: &S, lane: Option<&Lane>, request: Request) -> u64 {
    store
        .request(&ConsumerName::new("careful_v1").unwrap(), store.log_id(), lane, None, request)
        .await
        .unwrap()
}

/// Until nothing of the consumer is in quarantine any more.
async fn until_healed<S: EventStore + QuarantineStore>(store: &S, consumer: &str) {
    soon(async {
        while !parked(store, consumer).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

async fn all(app: &App) -> BTreeMap<String, Vec<String>> {
    let documents = app.model::<Documents<Careful>>().unwrap().all().await.unwrap();
    documents.into_iter().map(|(key, seen)| (key, seen.keys)).collect()
}

const STREAMS: usize = 1_000;
const POISONED: [usize; 5] = [3, 141, 592, 653, 999];

/// Three events of each stream, the second of which is poison in some of them.
async fn in_five_of_a_thousand_streams(store: impl EventStore + DocumentSink, partitions: u16) {
    let careful = Careful::default();
    let runner = once(careful.clone()).partitions(partitions);
    let app = App::builder(store.clone()).run(runner).build().await.unwrap();
    for round in ["first", "poison", "last"] {
        let key = |n: usize| match round {
            "poison" if !POISONED.contains(&n) => "second",
            round => round,
        };
        append(&store, (0..STREAMS).map(|n| event(n, key(n)))).await;
    }
    soon(app.caught_up()).await.unwrap();

    let documents = all(&app).await;
    assert_eq!(documents.len(), STREAMS);
    for n in 0..STREAMS {
        let expected: &[_] = if POISONED.contains(&n) { &["first"] } else { &["first", "second", "last"] };
        assert_eq!(documents[&n.to_string()], expected, "stream {n}");
    }
    let waiting = parked(&store, "careful_v1").await;
    let lanes: Vec<_> =
        waiting.iter().map(|parked| (parked.lane.to_string(), parked.position.get())).collect();
    let mut expected: Vec<_> = POISONED
        .iter()
        .flat_map(|n| [1, 2].map(|round| (format!("document {n}"), (round * STREAMS + n + 1) as u64)))
        .collect();
    expected.sort();
    assert_eq!(lanes, expected, "the poison and what comes after it, in order");
    for pair in waiting.chunks(2) {
        let failure = pair[0].failure.as_ref().unwrap();
        assert!(failure.error.contains("as the test wants it"), "{}", failure.error);
        assert_eq!((failure.attempts, &pair[1].failure), (1, &None));
    }

    // Before it is mended it fails again, and stays.
    assert_eq!(request(&store, None, Request::Retry).await, POISONED.len() as u64);
    soon(async {
        while parked(&store, "careful_v1")
            .await
            .iter()
            .filter_map(|p| p.failure.as_ref())
            .any(|f| f.attempts < 2)
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(parked(&store, "careful_v1").await.len(), 2 * POISONED.len());

    careful.mended.store(true, Relaxed);
    request(&store, None, Request::Retry).await;
    until_healed(&store, "careful_v1").await;
    append(&store, POISONED.map(|n| event(n, "later"))).await;
    soon(app.caught_up()).await.unwrap();
    let documents = all(&app).await;
    for n in POISONED {
        assert_eq!(documents[&n.to_string()], ["first", "poison", "last", "later"]);
    }
    app.shutdown().await;
}

#[tokio::test]
async fn in_five_of_a_thousand_streams_in_memory() {
    in_five_of_a_thousand_streams(MemoryStore::new(), 1).await;
}

#[tokio::test]
async fn in_five_of_a_thousand_streams_in_sqlite_in_partitions() {
    let (store, _folder) = sqlite().await;
    in_five_of_a_thousand_streams(store, 4).await;
}

#[tokio::test]
async fn and_is_tried_again_by_itself() {
    let store = MemoryStore::new();
    let careful = Careful::default();
    let app = App::builder(store.clone()).projection(careful.clone()).build().await.unwrap();
    let poison = append(&store, [event(1, "poison")]).await;
    let error = soon(app.wait_for::<Careful>(&poison)).await.unwrap_err();
    assert!(matches!(error, WaitError::Parked { position, .. } if position == Position::new(1)), "{error:?}");
    careful.mended.store(true, Relaxed);
    until_healed(&store, "careful_v1").await;
    app.wait_for::<Careful>(&poison).await.unwrap();
    assert_eq!(all(&app).await["1"], ["poison"]);
}

#[tokio::test]
async fn unless_it_is_skipped() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(once(Careful::default())).build().await.unwrap();
    append(&store, [event(1, "first"), event(1, "poison"), event(2, "poison"), event(1, "last")]).await;
    soon(app.caught_up()).await.unwrap();
    let lane = Lane::Document("1".to_owned());
    assert_eq!(request(&store, Some(&lane), Request::Skip).await, 1);
    soon(async {
        while parked(&store, "careful_v1").await.len() > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(all(&app).await["1"], ["first", "last"]);
    assert_eq!(parked(&store, "careful_v1").await[0].lane, Lane::Document("2".to_owned()));
}

/// What is asked for while an event is tried again is done next.
#[tokio::test]
async fn unless_it_is_skipped_while_it_is_tried_again() {
    let store = MemoryStore::new();
    let sink = Faulty::new(store.clone());
    let app = App::builder(sink.clone()).run(once(Careful::default())).build().await.unwrap();
    append(&store, [event(1, "poison"), event(1, "last")]).await;
    soon(app.caught_up()).await.unwrap();
    let lane = Lane::Document("1".to_owned());

    let (stop, mut held) = gate();
    let sink = sink.next_at(Call::Advance, 0, Fault::HoldBefore(stop));
    request(&store, Some(&lane), Request::Retry).await;
    // It has been tried in vain, and that is about to be noted.
    soon(held.reached()).await;
    assert_eq!(request(&store, Some(&lane), Request::Skip).await, 1);
    held.open();
    until_healed(&store, "careful_v1").await;
    assert_eq!(all(&app).await["1"], ["last"]);
    assert!(sink.is_played());
    app.shutdown().await;
}

#[tokio::test]
async fn also_after_a_restart() {
    let (store, _folder) = sqlite().await;
    let app = App::builder(store.clone()).run(once(Careful::default())).build().await.unwrap();
    append(&store, [event(1, "poison"), event(1, "second")]).await;
    soon(app.caught_up()).await.unwrap();
    app.shutdown().await;

    let careful = Careful::default();
    let app = App::builder(store.clone()).run(once(careful.clone())).build().await.unwrap();
    append(&store, [event(1, "third"), event(2, "other")]).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!(all(&app).await.into_iter().collect::<Vec<_>>(), [("2".to_owned(), vec!["other".to_owned()])]);
    assert_eq!(parked(&store, "careful_v1").await.len(), 3);
    careful.mended.store(true, Relaxed);
    request(&store, None, Request::Retry).await;
    until_healed(&store, "careful_v1").await;
    assert_eq!(all(&app).await["1"], ["poison", "second", "third"]);
}

/// Which documents it would change is not known, so it is its stream that waits.
#[tokio::test]
async fn that_of_its_stream_if_it_cannot_be_read() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(once(Careful::default())).build().await.unwrap();
    append(&store, [noted("a"), broken(), noted("b"), event(2, "other")]).await;
    soon(app.caught_up()).await.unwrap();
    let documents = all(&app).await;
    assert_eq!((&documents["1"], &documents["2"]), (&vec!["a".to_owned()], &vec!["other".to_owned()]));
    let waiting = parked(&store, "careful_v1").await;
    let at: Vec<_> = waiting.iter().map(|parked| (parked.lane.to_string(), parked.position.get())).collect();
    assert_eq!(at, [("stream journal-1".to_owned(), 2), ("stream journal-1".to_owned(), 3)]);
    assert!(waiting[0].failure.as_ref().unwrap().error.contains("does not fit the type"));
}

/// Writes what it sees, and fails at `poison` without saying which event it was.
#[derive(Clone, Projection)]
#[projection(name = "by_hand", events(Noted))]
struct ByHand {
    /// In the sink's transaction, and not before.
    late: bool,
}

#[async_trait]
impl Project<MemoryStore> for ByHand {
    async fn project(
        &self,
        _: &MemoryStore,
        events: &[Recorded<ByHandEvent>],
    ) -> Result<MemoryWork, ProjectionError> {
        let mut documents = Vec::new();
        let mut poison = false;
        for event in events {
            let ByHandEvent::Noted(Noted { keys }) = &event.event;
            poison |= keys[0] == "poison";
            let key = format!("{}@{:04}", event.stream().key(), event.position().get());
            documents.push(Document::new(key, serde_json::to_vec(&keys).unwrap()));
        }
        if poison && !self.late {
            return Err(ProjectionError::work("there is poison among them"));
        }
        Ok(MemoryWork::new(move |transaction| {
            let collection = Collection::new("by_hand", 1)?;
            documents.into_iter().for_each(|document| transaction.change(&collection, Change::Put(document)));
            if poison { Err("there is poison among them".into()) } else { Ok(()) }
        }))
    }
}

/// It is found by halving.
#[tokio::test]
async fn that_of_its_stream_if_a_whole_batch_fails() {
    for late in [false, true] {
        let store = MemoryStore::new();
        append(&store, (0..600).map(|n| event(n % 10, if n == 321 || n == 322 { "poison" } else { "good" })))
            .await;
        let app = App::builder(store.clone()).run(once(ByHand { late })).build().await.unwrap();
        soon(app.caught_up()).await.unwrap();
        let waiting = parked(&store, "by_hand_v1").await;
        let held: Vec<_> = waiting.iter().map(|parked| parked.position.get()).collect();
        let of = |first: u64| (first..=600).step_by(10);
        assert_eq!(held, of(322).chain(of(323)).collect::<Vec<_>>());
        let collection = Collection::new("by_hand", 1).unwrap();
        let written = factum::sink::DocumentReader::scan(&store, &collection, None, 1_000).await.unwrap();
        assert_eq!(written.len(), 600 - held.len());
        app.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn or_everything_if_that_is_wanted() {
    let store = MemoryStore::new();
    let careful = Careful::default();
    let runner = Runner::new(careful.clone()).on_failure(OnFailure::Retry);
    let app = App::builder(store.clone()).run(runner).build().await.unwrap();
    append(&store, [event(1, "poison")]).await;
    let later = append(&store, [event(2, "other")]).await;
    tokio::select! {
        biased;
        done = app.wait_for::<Careful>(&later) => panic!("it has passed over the poison: {done:?}"),
        () = tokio::time::sleep(Duration::from_millis(300)) => {}
    }
    assert!(all(&app).await.is_empty() && parked(&store, "careful_v1").await.is_empty());
    careful.mended.store(true, Relaxed);
    soon(app.wait_for::<Careful>(&later)).await.unwrap();
    assert_eq!(all(&app).await.len(), 2);
}
