use crate::{
    bank::{deposit, withdraw},
    hooked::Hooked,
    stores::log,
};
use factum::{App, MemoryStore, SendError};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::Instant};

const LIMIT: Duration = Duration::from_secs(30);

fn is_timed_out<T, E>(outcome: &Result<T, SendError<E>>, after: Duration) -> bool {
    matches!(outcome, Err(SendError::TimedOut(limit)) if *limit == after)
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_is_not_waited_for() {
    let silent = Hooked::new(MemoryStore::new()).before_reading(pending);
    let app = App::builder(silent).timeout(LIMIT).build().await.unwrap();
    let from = Instant::now();
    assert!(is_timed_out(&app.send(deposit(1)).await, LIMIT));
    assert_eq!(from.elapsed(), LIMIT);
}

#[tokio::test(start_paused = true)]
async fn the_sender_can_wait_for_another_time() {
    let silent = Hooked::new(MemoryStore::new()).before_reading(pending);
    let app = App::builder(silent).timeout(LIMIT).build().await.unwrap();
    assert!(is_timed_out(&app.send(deposit(1)).timeout(LIMIT * 2).await, LIMIT * 2));
}

#[tokio::test(start_paused = true)]
async fn what_was_in_time_is_not_cut_off() {
    let app = App::builder(MemoryStore::new()).timeout(LIMIT).build().await.unwrap();
    app.send(deposit(10)).await.unwrap();
    assert_eq!(app.send(withdraw(11)).await.unwrap_err().to_string(), "there is only 10 in the account");
}

#[tokio::test(start_paused = true)]
async fn who_sends_again_with_the_same_key_learns_what_became_of_it() {
    let store = MemoryStore::new();
    let gate = Arc::new(Semaphore::new(0));
    let slow = {
        let gate = Arc::clone(&gate);
        Hooked::new(store.clone()).before_appending(move || {
            let gate = Arc::clone(&gate);
            async move { drop(gate.acquire().await.unwrap()) }
        })
    };
    let app = App::builder(slow).timeout(LIMIT).build().await.unwrap();
    assert!(is_timed_out(&app.send(deposit(1)).idempotency_key("r").await, LIMIT));
    gate.add_permits(1);
    app.send(deposit(1)).idempotency_key("r").await.unwrap();
    assert!(app.send(deposit(1)).idempotency_key("r").await.unwrap().repeated);
    assert_eq!(log(&store).await.len(), 1);
}
