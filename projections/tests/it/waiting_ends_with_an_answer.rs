use crate::given::{
    Call, Entries, Fault, Faulty, Journal, Kind, Noted, append, broken, gate, noted, soon, stopping,
    unrelated,
};
use factum::{
    App, AskError, Keys, Position, ReadQuery, Receipt, Recorded, View, projection::ReadModel,
    store::EventReader,
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, OnFailure, Runner, Status, WaitError};
use factum_store_memory::MemoryStore;
use std::future::IntoFuture as _;

/// A second view, of the same events.
#[derive(Projection)]
#[projection(name = "other", events(Noted))]
struct Other;

impl View for Other {
    type Key = String;
    type Document = Entries;

    fn keys(&self, event: &Recorded<OtherEvent>) -> Keys<String> {
        let OtherEvent::Noted(Noted { keys }) = &event.event;
        Keys::many(keys.iter().cloned())
    }

    fn fold(&self, _: &String, entries: &mut Entries, event: &Recorded<OtherEvent>) {
        entries.positions.push(event.position().get());
    }
}

#[tokio::test]
async fn once_the_append_is_in_the_read_model() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Commit, 0, Fault::HoldBefore(stop));
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    let receipt = append(&store, [noted("k")]).await;
    held.reached().await;
    let waits = tokio::spawn({
        let (app, receipt) = (app.clone(), receipt.clone());
        async move { app.wait_for::<Journal>(&receipt).await }
    });
    tokio::task::yield_now().await;
    assert!(!waits.is_finished(), "what is not committed is not applied");
    held.open();
    waits.await.unwrap().unwrap();
    let document = app.ask(Journal::get("k")).await.unwrap();
    assert_eq!(document.unwrap().positions, [1]);
}

#[tokio::test]
async fn a_question_knows_of_every_append_that_it_is_asked_after() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Commit, 0, Fault::HoldBefore(stop));
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    let first = append(&store, [noted("k")]).await;
    held.reached().await;
    let last = append(&store, [noted("k")]).await;
    let asks = tokio::spawn({
        let app = app.clone();
        // In either order.
        async move { app.ask(Journal::get("k")).after(last).after(&first).await }
    });
    tokio::task::yield_now().await;
    assert!(!asks.is_finished(), "the answer would not know of it");
    held.open();
    assert_eq!(asks.await.unwrap().unwrap().unwrap().positions, [1, 2]);
}

/// Kept by `Journal`, if not as documents.
struct Told;

impl ReadModel for Told {
    type Projection = Journal;
}

struct Tell;

impl ReadQuery for Tell {
    type Model = Told;
    type Answer = ();

    async fn answer(self, _: &Told) -> Result<(), AskError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_question_says_why_it_is_not_answered() {
    let elsewhere = append(&MemoryStore::new(), [noted("k")]).await;
    let app = App::builder(MemoryStore::new()).model(Told).projection(Journal).build().await.unwrap();
    let here = append(app.store(), [noted("k")]).await;
    app.ask(Tell).after(&here).await.unwrap();
    let asked = soon(app.ask(Tell).after(&here).after(&elsewhere).into_future()).await;
    let Err(AskError::Wait(error)) = asked else { panic!("{asked:?}") };
    assert!(error.is::<WaitError>(), "{error:?}");

    let app = App::builder(MemoryStore::new()).model(Told).build().await.unwrap();
    app.ask(Tell).await.unwrap();
    let asked = app.ask(Tell).after(&here).await;
    assert!(matches!(asked, Err(AskError::NotRunning(name)) if name.ends_with("Journal")), "{asked:?}");
}

#[tokio::test]
async fn also_for_events_that_the_projection_passes_over() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    let receipt = append(&store, [noted("k"), unrelated()]).await;
    app.wait_for::<Journal>(&receipt).await.unwrap();
    let receipt = append(&store, [unrelated()]).await;
    app.wait_for::<Journal>(&receipt).await.unwrap();
}

#[tokio::test]
async fn at_once_for_a_receipt_of_nothing() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Claim, 0, Fault::HoldBefore(stop));
    let app = App::builder(store.clone()).projection(Journal).live(Other).build().await.unwrap();
    held.reached().await;
    let nothing = append(&store, []).await;
    assert!(nothing.is_empty());
    app.wait_for::<Journal>(&nothing).await.unwrap();
    app.wait_for::<Other>(&nothing).await.unwrap();
    assert!(matches!(app.progress()[..], [("journal", ref p)] if matches!(p.status, Status::Starting)));
    held.open();
}

#[tokio::test]
async fn with_an_error_for_the_receipt_of_another_log() {
    let app = App::builder(MemoryStore::new()).projection(Journal).live(Other).build().await.unwrap();
    let elsewhere = MemoryStore::new();
    for receipt in [append(&elsewhere, [noted("k")]).await, Receipt::empty(elsewhere.log_id())] {
        let journal = soon(app.wait_for::<Journal>(&receipt)).await;
        for waited in [journal, app.wait_for::<Other>(&receipt).await] {
            let Err(WaitError::AnotherLog { follows, receipt, .. }) = waited else { panic!("{waited:?}") };
            assert_eq!((follows, receipt), (app.store().log_id(), elsewhere.log_id()));
        }
    }
}

#[tokio::test]
async fn with_an_error_for_a_projection_that_does_not_run() {
    let app = App::builder(MemoryStore::new()).projection(Journal).build().await.unwrap();
    let receipt = append(app.store(), [noted("k")]).await;
    assert!(matches!(app.wait_for::<Other>(&receipt).await, Err(WaitError::NotRunning(_))));
}

#[tokio::test]
async fn at_once_for_a_view_that_is_folded_on_demand() {
    let app = App::builder(MemoryStore::new()).live(Other).build().await.unwrap();
    let receipt = append(app.store(), [noted("k")]).await;
    app.wait_for::<Other>(&receipt).await.unwrap();
    app.caught_up().await.unwrap();
    assert!(app.progress().is_empty());
    let document = app.ask(Other::get("k")).await.unwrap();
    assert_eq!(document.unwrap().positions, [1]);
}

#[tokio::test]
async fn for_all_projections_once_they_have_caught_up() {
    let (stop, mut held) = gate();
    let log = MemoryStore::new();
    let slow = Faulty::new(MemoryStore::new()).at(Call::Commit, 0, Fault::HoldBefore(stop));
    let app = App::builder(log.clone()).projection(Journal).projection_in(slow, Other).build().await.unwrap();
    append(&log, [noted("k"), unrelated()]).await;
    held.reached().await;
    let waits = tokio::spawn({
        let app = app.clone();
        async move { app.caught_up().await }
    });
    app.wait_for::<Journal>(&append(&log, [unrelated()]).await).await.unwrap();
    assert!(!waits.is_finished());
    held.open();
    waits.await.unwrap().unwrap();
    app.caught_up().await.unwrap();
    assert!(app.progress().iter().all(|(_, progress)| progress.position == Position::new(3)));
}

#[tokio::test]
async fn at_once_when_there_is_nothing_to_catch_up_with() {
    App::builder(MemoryStore::new()).build().await.unwrap().caught_up().await.unwrap();
    App::builder(MemoryStore::new()).projection(Journal).build().await.unwrap().caught_up().await.unwrap();
}

#[tokio::test]
async fn with_an_error_when_the_end_of_the_log_cannot_be_read() {
    let store = Faulty::new(MemoryStore::new()).at(Call::Head, 0, Fault::Before(Kind::Lasting));
    let app = App::builder(store).live(Journal).build().await.unwrap();
    assert!(matches!(app.caught_up().await, Err(WaitError::Store(_))));
}

/// The projections are asked side by side: one that is slow does not hide another's failure.
#[tokio::test]
async fn with_the_error_of_a_projection_behind_one_that_does_not_move() {
    let (stop, mut held) = gate();
    let log = MemoryStore::new();
    let slow = Faulty::new(MemoryStore::new()).at(Call::Claim, 0, Fault::HoldBefore(stop));
    let app =
        App::builder(log.clone()).projection_in(slow, Journal).run(stopping(Other)).build().await.unwrap();
    held.reached().await;
    let receipt = append(&log, [broken()]).await;
    app.wait_for::<Other>(&receipt).await.unwrap_err();
    tokio::select! {
        biased;
        caught_up = app.caught_up() => {
            assert!(matches!(caught_up, Err(WaitError::Failed { projection: "other", .. })));
        }
        () = tokio::task::yield_now() => panic!("it waits for one that does not move"),
    }
    held.open();
}

/// Cannot apply what is about `poison`.
#[derive(Projection)]
#[projection(name = "picky", events(Noted))]
struct Picky;

impl View for Picky {
    type Key = String;
    type Document = Entries;

    fn keys(&self, event: &Recorded<PickyEvent>) -> Keys<String> {
        let PickyEvent::Noted(Noted { keys }) = &event.event;
        Keys::many(keys.iter().cloned())
    }

    fn fold(&self, key: &String, entries: &mut Entries, event: &Recorded<PickyEvent>) {
        assert_ne!(key, "poison", "as the test wants it");
        entries.positions.push(event.position().get());
    }
}

/// Its events are in one stream, and in lanes of their own.
#[tokio::test]
async fn that_the_append_is_in_quarantine_wherever_in_it_the_event_is_that_waits() {
    let store = MemoryStore::new();
    let runner = Runner::new(Picky).on_failure(OnFailure::Quarantine { attempts: 1 });
    let app = App::builder(store.clone()).run(runner).build().await.unwrap();
    for (keys, waits) in [
        (["a", "b", "c"], None),
        (["a", "b", "poison"], Some(3)),
        (["a", "poison", "c"], Some(2)),
        (["poison", "b", "c"], Some(1)),
        (["poison", "poison", "c"], Some(1)),
        (["a", "b", "c"], None),
    ] {
        let receipt = append(&store, keys.map(noted)).await;
        let before = receipt.written[0].first.previous().get();
        match (soon(app.wait_for::<Picky>(&receipt)).await, waits) {
            (Ok(()), None) => {}
            (Err(WaitError::Parked { position, .. }), Some(nth)) => {
                assert_eq!(position.get(), before + nth, "{keys:?}");
            }
            (other, _) => panic!("{keys:?}: {other:?}"),
        }
    }
    app.shutdown().await;
}
