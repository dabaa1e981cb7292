use crate::given::{
    ByEvent, ByStream, Call, Code, Fault, Faulty, Noted, Tally, append, event, gate, read, soon, sqlite,
    tallies,
};
use async_trait::async_trait;
use factum::{
    App, ConsumerName, EventReader as _, EventStore, Recorded, View,
    app::Running as _,
    projection::{Project, ProjectionError, Reaction, Reactor},
    sink::{DocumentSink, GenerationStore, WorkError},
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, Reacting, Runner, WaitError};
use factum_store_memory::{MemoryStore, MemoryWork};
use std::{sync::atomic::Ordering::Relaxed, time::Duration};

fn tally(keys: &[&str], mistakes: u64) -> Tally {
    Tally { keys: keys.iter().map(|&key| key.to_owned()).collect(), mistakes }
}

const STREAMS: usize = 40;

/// Three events of each of many streams, folded with a mistake; then one document is made anew by code that has none.
async fn alone<V, S>(view: V, code: &Code, store: S, partitions: u16)
where
    V: View<Key = String, Document = Tally> + Clone,
    S: EventStore + DocumentSink,
{
    let runner = Runner::new(view).partitions(partitions);
    let app = App::builder(store.clone()).run(runner).build().await.unwrap();
    for round in ["a", "b", "c"] {
        append(&store, (0..STREAMS).map(|n| event(&n.to_string(), round))).await;
    }
    append(&store, [event("also 7", "d"), event("8", "gone")]).await;
    soon(app.caught_up()).await.unwrap();
    let (before, position) = (tallies(&store, 0).await, app.progress()[0].1.position);
    assert_eq!((before.len(), &before["7"]), (STREAMS - 1, &tally(&["a", "b", "c", "d"], 4)));

    code.mend();
    let folds = code.folds.load(Relaxed);
    for key in ["7", "8", "no such document"] {
        app.repair::<V>(key).await.unwrap();
        soon(app.repaired::<V>(key)).await.unwrap();
    }
    let mut expected = before;
    expected.insert("7".to_owned(), tally(&["a", "b", "c", "d"], 0));
    assert_eq!(tallies(&store, 0).await, expected, "no other document has changed");
    assert_eq!(code.folds.load(Relaxed) - folds, 4 + 4, "no other event was folded");
    assert_eq!(app.progress()[0].1.position, position);

    // It goes on from there.
    append(&store, [event("7", "e"), event("8", "f"), event("9", "g")]).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!(read::<V>(&app, "7").await, Some(tally(&["a", "b", "c", "d", "e"], 0)));
    assert_eq!(read::<V>(&app, "8").await, Some(tally(&["f"], 0)));
    assert_eq!(read::<V>(&app, "9").await, Some(tally(&["a", "b", "c", "g"], 3)));
    app.shutdown().await;
}

#[tokio::test]
async fn in_memory() {
    let code = Code::default();
    alone(ByStream(code.clone()), &code, MemoryStore::new(), 1).await;
    let code = Code::default();
    alone(ByEvent(code.clone()), &code, MemoryStore::new(), 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_sqlite() {
    let code = Code::default();
    let (store, _folder) = sqlite().await;
    alone(ByStream(code.clone()), &code, store, 1).await;
    let code = Code::default();
    let (store, _folder) = sqlite().await;
    alone(ByEvent(code.clone()), &code, store, 5).await;
}

/// Each page of the log has ten events, so that all of it would be a hundred of them.
#[tokio::test]
async fn from_its_streams_if_it_is_known_by_them() {
    for is_of_stream in [true, false] {
        let store = Faulty::new(MemoryStore::new()).pages([10]);
        append(&store, (0..1_000).map(|n| event(&(n % 100).to_string(), "a"))).await;
        let builder = App::builder(store.clone());
        let app = match is_of_stream {
            true => builder.projection(ByStream::default()),
            false => builder.projection(ByEvent::default()),
        };
        let app = app.build().await.unwrap();
        soon(app.caught_up()).await.unwrap();
        let before = store.times(Call::ReadLog).len();
        if is_of_stream {
            app.repair::<ByStream>(7).await.unwrap();
            soon(app.repaired::<ByStream>(7)).await.unwrap();
        } else {
            app.repair::<ByEvent>(7).await.unwrap();
            soon(app.repaired::<ByEvent>(7)).await.unwrap();
        }
        let pages = store.times(Call::ReadLog).len() - before;
        assert_eq!(pages < 10, is_of_stream, "{pages} pages of the log");
        assert_eq!(tallies(&store, 0).await["7"].keys.len(), 10);
        app.shutdown().await;
    }
}

/// A read of its history waits, and the events that come meanwhile do not.
#[tokio::test]
async fn while_events_go_on_being_applied() {
    let code = Code::default();
    let store = Faulty::new(MemoryStore::new());
    let app = App::builder(store.clone()).projection(ByEvent(code.clone())).build().await.unwrap();
    append(&store, (0..5_000).map(|n| event(&(n % 5).to_string(), "a"))).await;
    soon(app.caught_up()).await.unwrap();
    code.mend();

    let (pass, mut held) = gate();
    let store = store.next_at(Call::ReadLog, 1, Fault::HoldBefore(pass));
    app.repair::<ByEvent>(3).await.unwrap();
    soon(held.reached()).await;
    for key in ["b", "c"] {
        let receipt = append(&store, [event("3", key), event("4", key), event("also 3", key)]).await;
        soon(app.wait_for::<ByEvent>(&receipt)).await.unwrap();
    }
    let old = read::<ByEvent>(&app, "3").await.unwrap();
    assert_eq!((old.mistakes, old.keys.len()), (1_000, 1_004), "it is read as it was");
    held.open();
    soon(app.repaired::<ByEvent>(3)).await.unwrap();
    let new = read::<ByEvent>(&app, "3").await.unwrap();
    assert_eq!((new.mistakes, new.keys), (0, old.keys));
    assert_eq!(read::<ByEvent>(&app, "4").await.unwrap().mistakes, 1_000);
    app.shutdown().await;
}

/// A stream may get to its document while its other streams are read.
#[tokio::test]
async fn with_streams_that_are_new() {
    let store = Faulty::new(MemoryStore::new());
    let app = App::builder(store.clone()).projection(ByStream::default()).build().await.unwrap();
    append(&store, [event("3", "a")]).await;
    // So many that others are applied meanwhile.
    append(&store, (0..3_000).map(|_| event("4", "a"))).await;
    soon(app.caught_up()).await.unwrap();
    let (pass, mut held) = gate();
    let store = store.next_at(Call::ReadStream, 0, Fault::HoldBefore(pass));
    app.repair::<ByStream>(3).await.unwrap();
    soon(held.reached()).await;
    let receipt = append(&store, [event("also 3", "b"), event("3", "c")]).await;
    soon(app.wait_for::<ByStream>(&receipt)).await.unwrap();
    held.open();
    soon(app.repaired::<ByStream>(3)).await.unwrap();
    assert_eq!(read::<ByStream>(&app, "3").await.unwrap().keys, ["a", "b", "c"]);
    app.shutdown().await;
}

#[tokio::test]
async fn in_the_generation_that_is_being_made_too() {
    let (store, code) = (MemoryStore::new(), Code::default());
    let app = App::builder(store.clone()).projection(ByStream(code.clone())).build().await.unwrap();
    append(&store, [event("1", "a"), event("2", "a")]).await;
    soon(app.caught_up()).await.unwrap();
    let consumer = ConsumerName::new("tallies_v1").unwrap();
    store.rebuild(&consumer, true).await.unwrap();
    soon(async {
        while app.progress()[0].1.filling.is_none_or(|filling| filling.position.get() < 2) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    code.mend();
    app.repair::<ByStream>(2).await.unwrap();
    soon(app.repaired::<ByStream>(2)).await.unwrap();
    assert_eq!(tallies(&store, 0).await["2"].mistakes, 0);
    // Also before it is read.
    soon(async {
        while tallies(&store, 1).await["2"].mistakes > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    store.release_generation(&consumer).await.unwrap();
    soon(app.rebuilt::<ByStream>(1)).await.unwrap();
    // What was asked of it before it was read is waited for as well.
    soon(app.repaired::<ByStream>(2)).await.unwrap();
    let new = tallies(&store, 1).await;
    assert_eq!((new["1"].mistakes, new["2"].mistakes), (1, 0));
    app.shutdown().await;
}

/// By whichever node has its partition, asked by any.
#[tokio::test]
async fn on_another_node() {
    let (store, code) = (MemoryStore::new(), Code::default());
    let start = || Runner::new(ByStream(code.clone())).start(store.clone(), store.clone()).unwrap();
    append(&store, [event("1", "a")]).await;
    let runs = start();
    soon(runs.waiter().reached(factum::Position::new(1))).await.unwrap();
    let stands_by = start();
    code.mend();
    soon(stands_by.waiter().repair("1")).await.unwrap();
    soon(stands_by.waiter().repaired("1")).await.unwrap();
    assert_eq!(tallies(&store, 0).await["1"].mistakes, 0);
    stands_by.stop().await;
    runs.stop().await;
}

#[derive(Clone, Projection)]
#[projection(name = "by_hand", events(Noted))]
struct ByHand;

#[async_trait]
impl Project<MemoryStore> for ByHand {
    async fn project(
        &self,
        _: &MemoryStore,
        _: &[Recorded<ByHandEvent>],
    ) -> Result<MemoryWork, ProjectionError> {
        Ok(MemoryWork::default())
    }
}

#[derive(Projection)]
#[projection(name = "mailer", events(Noted))]
struct Mailer;

#[async_trait]
impl Reactor for Mailer {
    async fn react(&self, _: &Recorded<MailerEvent>, _: &Reaction) -> Result<(), WorkError> {
        Ok(())
    }
}

#[tokio::test]
async fn unless_there_is_none() {
    let store = MemoryStore::new();
    let builder = App::builder(store.clone()).projection(ByHand).reactor(Mailer).live(ByEvent::default());
    let app = builder.build().await.unwrap();
    for (refused, why) in [
        (app.repair::<ByHand>(1).await, "raising its version"),
        (app.repair::<Reacting<Mailer>>(1).await, "is not done again"),
        (app.repair::<ByEvent>(1).await, "folded whenever it is read"),
        (app.repaired::<ByHand>(1).await, "keeps no documents"),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, WaitError::NoDocuments { .. }) && error.to_string().contains(why), "{error}");
    }
    // Whoever asks the sink is told by the runner.
    for consumer in ["by_hand_v1", "mailer_v1"] {
        let consumer = ConsumerName::new(consumer).unwrap();
        store.repair(&consumer, store.log_id(), "1").await.unwrap();
        soon(async {
            loop {
                let asked = store.repairs(&consumer, store.log_id(), None).await.unwrap();
                if let Some(why) = &asked[0].failure {
                    assert!(why.contains("keeps no documents"), "{why}");
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }
    app.shutdown().await;
}
