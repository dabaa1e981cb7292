//! Folded aggregates are kept between commands. Nobody may notice, whoever else writes to the log.

use crate::{
    bank::{Account, NotEnough, ada, deposit, withdraw},
    stores::{Store, log, on_every_store},
};
use factum::{App, Conflict, ExpectedVersion, SendError, StreamVersion};
use std::{
    future::{Future, IntoFuture, poll_fn},
    task::Poll,
};

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
    assert_eq!(one.send(withdraw(1)).expect(ExpectedVersion::Exact(version)).await.unwrap().state.balance, 80);

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
    let panicked = tokio::spawn(async move { app.send(crate::bank::Burn { account: ada() }).await.map(drop) });
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
            tokio::task::yield_now().await;
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
