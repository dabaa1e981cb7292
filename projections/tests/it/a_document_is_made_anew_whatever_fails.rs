use crate::given::{
    ByEvent, ByStream, Call, Code, Fault, Faulty, Journal, Kind, Tally, append, broken, documents, event,
    gate, noted, read, soon, tallies,
};
use factum::{
    App, ConsumerName, EventReader, Position, QuarantineStore,
    app::Running as _,
    quarantine::{Lane, ListParked, Parked, Request},
    sink::{GenerationStore, Repair},
};
use factum_projections::{AppBuilderExt, AppExt, OnFailure, Runner, WaitError, runner::RunningProjection};
use factum_store_memory::MemoryStore;
use std::time::Duration;

/// No event is tried again by itself.
fn once<P>(projection: P) -> Runner<P> {
    Runner::new(projection).on_failure(OnFailure::Quarantine { attempts: 1 })
}

async fn parked(store: &MemoryStore, consumer: &str) -> Vec<Parked> {
    let list = ListParked::new(ConsumerName::new(consumer).unwrap(), store.log_id());
    store.parked(list).await.unwrap()
}

async fn asked(store: &MemoryStore) -> Vec<Repair> {
    store.repairs(&ConsumerName::new("tallies_v1").unwrap(), store.log_id(), None).await.unwrap()
}

fn keys(tally: Option<Tally>) -> Vec<String> {
    tally.unwrap().keys
}

/// A document with three events, the second of which is poison.
async fn poisoned(code: &Code) -> (MemoryStore, App) {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(once(ByStream(code.clone()))).build().await.unwrap();
    append(&store, [event("1", "a"), event("1", "poison"), event("2", "poison"), event("1", "c")]).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!((parked(&store, "tallies_v1").await.len(), app.progress()[0].1.held()), (3, 2));
    (store, app)
}

#[tokio::test]
async fn with_what_of_it_is_in_quarantine() {
    let code = Code::default();
    let (store, app) = poisoned(&code).await;
    code.mend();
    app.repair::<ByStream>(1).await.unwrap();
    soon(app.repaired::<ByStream>(1)).await.unwrap();
    let one = read::<ByStream>(&app, "1").await;
    assert_eq!(one, Some(Tally { keys: ["a", "poison", "c"].map(str::to_owned).into(), mistakes: 0 }));
    let left = parked(&store, "tallies_v1").await;
    assert_eq!(left.iter().map(|parked| parked.lane.to_string()).collect::<Vec<_>>(), ["document 2"]);
    assert_eq!(app.progress()[0].1.held(), 1);
    append(&store, [event("1", "d")]).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!(keys(read::<ByStream>(&app, "1").await), ["a", "poison", "c", "d"]);
    app.shutdown().await;
}

#[tokio::test]
async fn or_stays_as_it_was_and_says_why() {
    let code = Code::default();
    let (store, app) = poisoned(&code).await;
    app.repair::<ByStream>(1).await.unwrap();
    let error = soon(app.repaired::<ByStream>(1)).await.unwrap_err();
    let WaitError::NotRepaired { document, error, .. } = &error else { panic!("{error:?}") };
    let why = "applying event 2 to document 1: the projection panicked: as the test wants it";
    assert_eq!((document.as_str(), error.as_str()), ("1", why));
    assert_eq!(keys(read::<ByStream>(&app, "1").await), ["a"]);
    let waiting = parked(&store, "tallies_v1").await;
    let failures = waiting.iter().map(|parked| parked.failure.as_ref().map(|failure| failure.attempts));
    assert_eq!(failures.collect::<Vec<_>>(), [Some(2), None, Some(1)], "the new failure is kept");
    assert_eq!(asked(&store).await[0].failure.as_deref(), Some(why));

    // All else goes on, and it can be asked for again.
    append(&store, [event("3", "a"), event("1", "d")]).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!((tallies(&store, 0).await.len(), parked(&store, "tallies_v1").await.len()), (2, 4));
    code.mend();
    app.repair::<ByStream>(1).await.unwrap();
    soon(app.repaired::<ByStream>(1)).await.unwrap();
    assert_eq!(keys(read::<ByStream>(&app, "1").await), ["a", "poison", "c", "d"]);
    assert_eq!(asked(&store).await, []);
    app.shutdown().await;
}

/// An event that cannot be read, and those after it, wait for their stream: they are not known to be of the document, and
/// will get into it once.
#[tokio::test]
async fn without_what_waits_for_something_else() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(once(Journal)).build().await.unwrap();
    append(&store, [noted("a"), broken(), noted("a"), noted("b")]).await;
    let mut elsewhere = noted("a");
    elsewhere.stream = "journal-2".parse().unwrap();
    append(&store, [elsewhere]).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!(documents(&store).await["a"], [1, 5]);
    app.repair::<Journal>("a").await.unwrap();
    soon(app.repaired::<Journal>("a")).await.unwrap();
    assert_eq!(documents(&store).await["a"], [1, 5]);
    let consumer = ConsumerName::new("journal_v1").unwrap();
    let lane = Lane::Stream("journal-1".parse().unwrap());
    assert_eq!(parked(&store, "journal_v1").await.len(), 3);
    store.request(&consumer, store.log_id(), Some(&lane), None, Request::Skip).await.unwrap();
    soon(async {
        while !parked(&store, "journal_v1").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(documents(&store).await["a"], [1, 5, 3]);
    // What was left out takes part again, and still cannot be read.
    app.repair::<Journal>("a").await.unwrap();
    let error = soon(app.repaired::<Journal>("a")).await.unwrap_err();
    assert!(error.to_string().contains("does not fit the type"), "{error}");
    assert_eq!(documents(&store).await["a"], [1, 5, 3]);
    app.shutdown().await;
}

/// It is begun again when what was left out of it has got into the document that it will replace.
#[tokio::test]
async fn while_what_waits_for_something_else_is_released() {
    let store = Faulty::new(MemoryStore::new());
    let app = App::builder(store.clone()).run(once(Journal)).build().await.unwrap();
    append(&store, [noted("a"), broken(), noted("a")]).await;
    let elsewhere = (0..3_000).map(|_| {
        let mut event = noted("b");
        event.stream = "journal-2".parse().unwrap();
        event
    });
    append(&store, elsewhere).await;
    soon(app.caught_up()).await.unwrap();
    let (pass, mut held) = gate();
    // Of its history, the second page: the first says that the event waits.
    let store = store.next_at(Call::ReadLog, 2, Fault::HoldBefore(pass));
    app.repair::<Journal>("a").await.unwrap();
    soon(held.reached()).await;
    let consumer = ConsumerName::new("journal_v1").unwrap();
    let lane = Lane::Stream("journal-1".parse().unwrap());
    store.request(&consumer, store.log_id(), Some(&lane), None, Request::Skip).await.unwrap();
    soon(async {
        while !parked(&store.inner, "journal_v1").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(documents(&store).await["a"], [1, 3]);
    held.open();
    // The event that was left out cannot be read, so that what was begun again fails; what was not would lose an event.
    soon(app.repaired::<Journal>("a")).await.unwrap_err();
    assert_eq!(documents(&store).await["a"], [1, 3]);
    app.shutdown().await;
}

fn runs(code: &Code, store: &Faulty<MemoryStore>) -> RunningProjection {
    let runner = Runner::new(ByStream(code.clone())).lease(Duration::ZERO);
    runner.start(store.clone(), store.clone()).unwrap()
}

/// Two documents, of which one is to be made anew; the runner crashes at this call, and another one comes.
async fn after_a_crash(call: Call, nth: usize, is_done: bool) {
    let (code, store) = (Code::default(), Faulty::new(MemoryStore::new()));
    append(&store, [event("1", "a"), event("2", "a"), event("1", "b")]).await;
    let first = runs(&code, &store);
    soon(first.waiter().reached(Position::new(3))).await.unwrap();
    code.mend();
    let (pass, mut held) = gate();
    let fault = if is_done { Fault::HoldAfter(pass) } else { Fault::HoldBefore(pass) };
    let store = store.next_at(call, nth, fault);
    first.waiter().repair("1").await.unwrap();
    soon(held.reached()).await;
    drop(first);
    let mistakes = if is_done { 0 } else { 2 };
    assert_eq!((tallies(&store, 0).await["1"].mistakes, asked(&store.inner).await.len()), (mistakes, 1));

    let second = runs(&code, &store);
    soon(second.waiter().repaired("1")).await.unwrap();
    held.open();
    let tallies = tallies(&store, 0).await;
    assert_eq!((tallies["1"].keys.join(" "), tallies["1"].mistakes), ("a b".to_owned(), 0));
    assert_eq!((tallies["2"].mistakes, asked(&store.inner).await.len()), (1, 0));
    second.stop().await;
}

#[tokio::test]
async fn after_a_crash_in_the_middle() {
    after_a_crash(Call::ReadStream, 0, false).await;
}

#[tokio::test]
async fn after_a_crash_before_it_is_committed() {
    after_a_crash(Call::Commit, 0, false).await;
}

#[tokio::test]
async fn after_a_crash_before_it_is_answered() {
    after_a_crash(Call::Commit, 0, true).await;
}

/// A store that cannot be reached for a moment is no answer.
#[tokio::test]
async fn after_errors_that_pass() {
    for (call, nth, fault) in [
        (Call::ReadStream, 0, Fault::Before(Kind::Transient)),
        (Call::Commit, 0, Fault::Before(Kind::Transient)),
        (Call::Commit, 0, Fault::After(Kind::Transient)),
    ] {
        let (code, store) = (Code::default(), Faulty::new(MemoryStore::new()));
        let app = App::builder(store.clone()).projection(ByStream(code.clone())).build().await.unwrap();
        append(&store, [event("1", "a"), event("1", "b")]).await;
        soon(app.caught_up()).await.unwrap();
        code.mend();
        let store = store.next_at(call, nth, fault);
        app.repair::<ByStream>(1).await.unwrap();
        soon(app.repaired::<ByStream>(1)).await.unwrap();
        assert!(store.is_played());
        assert_eq!(tallies(&store, 0).await["1"].mistakes, 0);
        app.shutdown().await;
    }
}

/// Whoever has lost the partition replaces nothing, and answers nothing.
#[tokio::test]
async fn by_nobody_who_was_deposed() {
    let (code, store) = (Code::default(), Faulty::new(MemoryStore::new()));
    append(&store, [event("1", "a")]).await;
    let first = runs(&code, &store);
    soon(first.waiter().reached(Position::new(1))).await.unwrap();
    let (pass, mut held) = gate();
    let store = store.next_at(Call::Commit, 0, Fault::HoldBefore(pass));
    first.waiter().repair("1").await.unwrap();
    soon(held.reached()).await;
    code.mend();
    let second = runs(&code, &store);
    soon(second.waiter().repaired("1")).await.unwrap();
    append(&store, [event("1", "b")]).await;
    soon(second.waiter().reached(Position::new(2))).await.unwrap();
    held.open();
    first.stop().await;
    let tally = &tallies(&store, 0).await["1"];
    assert_eq!((tally.keys.join(" "), tally.mistakes), ("a b".to_owned(), 0));
    second.stop().await;
}

#[tokio::test]
async fn and_a_projection_that_has_stopped_says_so() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).projection(ByEvent::default()).build().await.unwrap();
    app.shutdown().await;
    app.repair::<ByEvent>(1).await.unwrap();
    let error = soon(app.repaired::<ByEvent>(1)).await.unwrap_err();
    assert!(matches!(error, WaitError::Stopped { .. }), "{error:?}");
    assert_eq!(asked(&store).await.len(), 1, "it is done when it runs again");
}
