//! Folded aggregates are kept between commands. Nobody may notice, whoever else writes to the log.

use crate::{
    bank::{Account, NotEnough, ada, deposit, withdraw},
    hooked::Hooked,
    stores::{Store, log, on_every_store},
    wild::Backed,
};
use factum::{App, Conflict, ExpectedVersion, MemoryStore, SendError, StreamVersion, bus::ConflictRetry};
use std::{
    future::{Future, IntoFuture, pending, poll_fn, ready},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    task::Poll,
};
use tokio::task::yield_now;

on_every_store! {
    a_rejection_is_of_the_latest_state,
    an_acceptance_is_of_the_latest_state,
    nothing_to_do_is_said_of_the_latest_state,
    what_the_sender_has_seen_is_compared_with_the_latest_version,
    what_is_loaded_is_the_latest_state,
    a_state_that_somebody_holds_does_not_change,
    a_command_that_panics_leaves_no_trace,
    a_command_that_is_dropped_half_way_leaves_no_trace,
}

/// Two applications on one log, like two processes. Both have decided on the account before.
async fn two(store: &impl Store) -> (App, App) {
    let one = App::builder(store.clone()).build().await.unwrap();
    let other = App::builder(store.clone()).build().await.unwrap();
    one.send(deposit(100)).await.unwrap();
    other.send(withdraw(10)).await.unwrap();
    one.send(withdraw(10)).await.unwrap();
    (one, other)
}

async fn a_rejection_is_of_the_latest_state(store: impl Store) {
    let (one, other) = two(&store).await;
    other.send(deposit(100)).await.unwrap();
    // By what the first one knows there are only 80 in the account.
    assert_eq!(one.send(withdraw(180)).await.unwrap().state.balance, 0);
    other.send(deposit(5)).await.unwrap();
    match one.send(withdraw(6)).await {
        Err(SendError::Rejected(rejection)) => assert_eq!(rejection, NotEnough { available: 5 }),
        other => panic!("a rejection was expected, not {other:?}"),
    }
}

async fn an_acceptance_is_of_the_latest_state(store: impl Store) {
    let (one, other) = two(&store).await;
    let conflicts = one.commands().conflicts();
    other.send(withdraw(80)).await.unwrap();
    // By what the first one knows there are 80 in the account.
    match one.send(withdraw(1)).await {
        Err(SendError::Rejected(rejection)) => assert_eq!(rejection, NotEnough { available: 0 }),
        other => panic!("a rejection was expected, not {other:?}"),
    }
    assert_eq!(one.commands().conflicts(), conflicts + 1);
}

async fn nothing_to_do_is_said_of_the_latest_state(store: impl Store) {
    let (one, other) = two(&store).await;
    other.send(deposit(1)).await.unwrap();
    let done = one.send(deposit(0)).await.unwrap();
    assert_eq!((done.state.balance, done.events.len()), (81, 0));
}

async fn what_the_sender_has_seen_is_compared_with_the_latest_version(store: impl Store) {
    let (one, other) = two(&store).await;
    let latest = other.send(deposit(1)).await.unwrap();
    let version = latest.receipt.written[0].version;
    assert_eq!(
        one.send(withdraw(1)).expect(ExpectedVersion::Exact(version)).await.unwrap().state.balance,
        80
    );

    let seen = one.load::<Account>(&ada()).await.unwrap().version;
    other.send(deposit(1)).await.unwrap();
    for command in [deposit(1), deposit(0)] {
        match one.send(command).expect(ExpectedVersion::Exact(seen)).await {
            Err(SendError::Conflict(Conflict::Version { actual, .. })) => assert_eq!(actual, seen.next()),
            // To say that there is nothing to do takes a look at the log too.
            other => panic!("a conflict was expected, not {other:?}"),
        }
    }
}

async fn what_is_loaded_is_the_latest_state(store: impl Store) {
    let (one, other) = two(&store).await;
    assert_eq!(one.load::<Account>(&ada()).await.unwrap().state.balance, 80);
    other.send(deposit(1)).await.unwrap();
    let current = one.load::<Account>(&ada()).await.unwrap();
    assert_eq!((current.state.balance, current.version), (81, StreamVersion::new(4)));
}

async fn a_state_that_somebody_holds_does_not_change(store: impl Store) {
    let (one, _) = two(&store).await;
    let held = one.send(deposit(1)).await.unwrap().state;
    assert_eq!(one.send(deposit(1)).await.unwrap().state.balance, 82);
    assert_eq!(held.balance, 81);
}

async fn a_command_that_panics_leaves_no_trace(store: impl Store) {
    let (one, _) = two(&store).await;
    let app = one.clone();
    let panicked =
        tokio::spawn(async move { app.send(crate::bank::Burn { account: ada() }).await.map(drop) });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(one.send(deposit(1)).await.unwrap().state.balance, 81);
}

async fn a_command_that_is_dropped_half_way_leaves_no_trace(store: impl Store) {
    let (one, _) = two(&store).await;
    for polls in 0..3 {
        let before = log(&store).await.len();
        let mut sending = Box::pin(one.send(deposit(1)).into_future());
        for _ in 0..polls {
            let polled = poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx).is_ready())).await;
            if polled {
                break;
            }
            yield_now().await;
        }
        drop(sending);
        // It was written or not, and either way the next one is decided on what there is.
        let done = one.send(deposit(1)).await.unwrap();
        let written = log(&store).await.len() - before;
        assert!((1..=2).contains(&written), "{written} events after {polls} polls");
        assert_eq!(done.receipt.written[0].version.get() as usize, before + written);
        assert_eq!(one.load::<Account>(&ada()).await.unwrap().state.balance, done.state.balance);
    }
}

/// Two deposits that are lost again when the log is put back to the first one.
async fn put_back() -> (App, Backed) {
    let store = Backed::new();
    let app = App::builder(store.clone()).build().await.unwrap();
    for amount in [1, 10, 100] {
        app.send(deposit(amount)).await.unwrap();
    }
    store.put_back_to(1).await;
    (app, store)
}

#[tokio::test]
async fn what_was_put_back_is_not_remembered() {
    let (app, _) = put_back().await;
    let refused = app.send(withdraw(200)).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&NotEnough { available: 1 }));
    let (app, _) = put_back().await;
    assert_eq!(app.send(deposit(0)).await.unwrap().state.balance, 1);
    let (app, _) = put_back().await;
    let current = app.load::<Account>(&ada()).await.unwrap();
    assert_eq!((current.state.balance, current.version), (1, StreamVersion::FIRST));
    let (app, _) = put_back().await;
    assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 2);
}

#[tokio::test]
async fn what_was_written_in_place_of_something_else_is_seen() {
    let (app, store) = put_back().await;
    let other = App::builder(store).build().await.unwrap();
    for amount in [2, 3, 4] {
        other.send(deposit(amount)).await.unwrap();
    }
    // The stream is longer than it was, and its events are others.
    assert_eq!(app.load::<Account>(&ada()).await.unwrap().state.balance, 10);
}

#[tokio::test]
async fn what_is_just_as_long_as_what_was_there_is_not_taken_for_it() {
    let grown = async || {
        let (app, store) = put_back().await;
        let other = App::builder(store).build().await.unwrap();
        for amount in [2, 3] {
            other.send(deposit(amount)).await.unwrap();
        }
        app
    };
    // There were 111 in three events, and there are 6 in three events.
    let refused = grown().await.send(withdraw(200)).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&NotEnough { available: 6 }));
    assert_eq!(grown().await.send(deposit(0)).await.unwrap().state.balance, 6);
    assert_eq!(grown().await.load::<Account>(&ada()).await.unwrap().state.balance, 6);
}

#[tokio::test]
async fn any_number_of_aggregates_can_be_kept() {
    for kept in [0, 1, usize::MAX] {
        let app = App::builder(MemoryStore::new()).keep(kept).build().await.unwrap();
        app.send(deposit(1)).await.unwrap();
        assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 2);
    }
}

#[tokio::test]
async fn looking_at_an_aggregate_takes_nothing_from_those_who_change_it() {
    let reads = Arc::new(AtomicUsize::new(0));
    let silent = Arc::new(AtomicBool::new(false));
    let store = {
        let (reads, silent) = (reads.clone(), silent.clone());
        Hooked::new(MemoryStore::new()).before_reading(move || {
            reads.fetch_add(1, Relaxed);
            let waits = silent.load(Relaxed);
            async move {
                if waits {
                    pending::<()>().await;
                }
            }
        })
    };
    let app = App::builder(store).build().await.unwrap();
    app.send(deposit(1)).await.unwrap();
    let before = reads.load(Relaxed);
    silent.store(true, Relaxed);
    let id = ada();
    let mut looking = Box::pin(app.load::<Account>(&id));
    assert!(poll_fn(|cx| Poll::Ready(looking.as_mut().poll(cx).is_pending())).await);
    // Decided on the state that is kept, without reading.
    assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 2);
    drop(looking);
    assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 3);
    assert_eq!(reads.load(Relaxed), before + 1);
}

#[tokio::test]
async fn a_refusal_reads_no_more_than_what_is_new() {
    let reads = Arc::new(AtomicUsize::new(0));
    let store = {
        let reads = reads.clone();
        Hooked::new(MemoryStore::new()).before_reading(move || {
            reads.fetch_add(1, Relaxed);
            ready(())
        })
    };
    let app = App::builder(store).build().await.unwrap();
    // The first one looks whether there are events; those that are accepted need not look any more.
    for _ in 0..3 {
        app.send(deposit(1)).await.unwrap();
    }
    assert_eq!(reads.load(Relaxed), 1);
    for already in 1..3 {
        app.send(withdraw(9)).await.unwrap_err();
        assert_eq!(reads.load(Relaxed), 1 + already);
    }
}

#[tokio::test]
async fn an_older_state_is_not_kept_in_place_of_a_later_one() {
    let (reads, appends) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let store = {
        let reads = reads.clone();
        let counting = Hooked::new(MemoryStore::new()).before_reading(move || {
            reads.fetch_add(1, Relaxed);
            ready(())
        });
        counting.before_appending(move || {
            let is_second = appends.fetch_add(1, Relaxed) == 1;
            async move {
                if is_second {
                    yield_now().await;
                }
            }
        })
    };
    let once = ConflictRetry::new().attempts(NonZeroU32::MIN);
    let app = App::builder(store).sequencing(false).retry(once).build().await.unwrap();
    app.send(deposit(1)).await.unwrap();
    let mut late = Box::pin(app.send(deposit(1)).into_future());
    assert!(poll_fn(|cx| Poll::Ready(late.as_mut().poll(cx).is_pending())).await);
    app.send(deposit(1)).await.unwrap();
    // It was decided on the first version, and meanwhile there is a second one.
    assert!(matches!(late.await, Err(SendError::Conflict(_))));
    let before = reads.load(Relaxed);
    assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 3);
    assert_eq!(reads.load(Relaxed), before, "the later state was to be kept");
}

#[tokio::test]
async fn an_event_that_nobody_knows_is_never_skipped() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).build().await.unwrap();
    app.send(deposit(1)).await.unwrap();
    let audited = factum::EventType::from_static("Audited");
    let event = factum::NewEvent::new(crate::stores::stream("ada"), audited, "{}");
    factum::EventAppender::append_one(&store, factum::Append::new([event])).await.unwrap();
    for _ in 0..2 {
        // What is kept was right up to there; beyond that, nothing can be decided.
        for command in [withdraw(9), withdraw(1)] {
            assert!(
                matches!(app.send(command).await, Err(SendError::Decode(error)) if error.is_unknown_type())
            );
        }
        assert!(app.load::<Account>(&ada()).await.is_err());
    }
    assert_eq!(log(&store).await.len(), 2);
}
