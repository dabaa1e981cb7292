use crate::{
    bank::{deposit, withdraw},
    hooked::Hooked,
};
use factum::{App, Conflict, ExpectedVersion, MemoryStore, SendError, StreamVersion, bus::ConflictRetry};
use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// An application whose every append comes too late, and how often it has tried.
async fn always_late(retry: ConflictRetry) -> (App, Arc<AtomicU64>) {
    let store = MemoryStore::new();
    let rival = App::builder(store.clone()).build().await.unwrap();
    let attempts = Arc::new(AtomicU64::new(0));
    let late = {
        let attempts = attempts.clone();
        Hooked::new(store).before_appending(move || {
            attempts.fetch_add(1, Relaxed);
            let rival = rival.clone();
            async move { drop(rival.send(deposit(1)).await.unwrap()) }
        })
    };
    (App::builder(late).retry(retry).build().await.unwrap(), attempts)
}

fn times(attempts: u32) -> ConflictRetry {
    ConflictRetry::new().attempts(NonZeroU32::new(attempts).unwrap())
}

#[tokio::test(start_paused = true)]
async fn as_often_as_is_said_and_all_are_counted() {
    for n in [1, 2, 5] {
        let (app, attempts) = always_late(times(n)).await;
        let lost = app.send(deposit(1)).await;
        assert!(matches!(lost, Err(SendError::Conflict(_))), "{lost:?}");
        assert_eq!((attempts.load(Relaxed), app.commands().conflicts()), (n.into(), n.into()));
        // The next command begins anew.
        app.send(deposit(1)).await.unwrap_err();
        assert_eq!(app.commands().conflicts(), 2 * u64::from(n));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_sender_expects_is_not_tried_again() {
    let (app, attempts) = always_late(ConflictRetry::new()).await;
    let seen = ExpectedVersion::Exact(StreamVersion::EMPTY);
    match app.send(deposit(1)).expect(seen).await {
        Err(SendError::Conflict(Conflict::Version { expected, actual, .. })) => {
            assert_eq!((expected, actual), (seen, StreamVersion::FIRST));
        }
        other => panic!("a conflict was expected, not {other:?}"),
    }
    assert_eq!(attempts.load(Relaxed), 1);
    // What was expected is still so: that another one was faster is no reason to refuse it.
    let (app, attempts) = always_late(times(7)).await;
    app.send(deposit(1)).expect(ExpectedVersion::StreamExists).await.unwrap_err();
    assert_eq!(attempts.load(Relaxed), 0);
    app.send(deposit(1)).await.unwrap_err();
    app.send(deposit(1)).expect(ExpectedVersion::StreamExists).await.unwrap_err();
    assert_eq!(attempts.load(Relaxed), 14);
}

#[tokio::test(start_paused = true)]
async fn all_commands_and_all_that_share_a_policy_have_one_budget() {
    // Three a second, kept over ten seconds.
    let retry = times(25).retries_per_second(3);
    let (one, _) = always_late(retry.clone()).await;
    let (other, _) = always_late(retry.clone()).await;
    one.send(deposit(1)).await.unwrap_err();
    other.send(deposit(1)).await.unwrap_err();
    other.send(withdraw(1)).await.unwrap_err();
    // 30 retries, and the first attempts of three commands.
    assert_eq!(retry.conflicts(), 33);
    let none = ConflictRetry::new().retries_per_second(0);
    always_late(none.clone()).await.0.send(deposit(1)).await.unwrap_err();
    assert_eq!(none.conflicts(), 1);
}

#[test]
fn without_a_runtime_nothing_sleeps() {
    let lost = futures_executor(async {
        let (app, attempts) = always_late(times(20)).await;
        app.send(deposit(1)).await.unwrap_err();
        attempts.load(Relaxed)
    });
    assert_eq!(lost, 20);
}

/// A runtime of no kind: polls until there is an answer.
fn futures_executor<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(answer) = future.as_mut().poll(&mut cx) {
            return answer;
        }
    }
}
