use crate::given::{Call, Fault, Faulty, Journal, append, documents, gate, noted, run};
use factum::{App, Position, app::Running};
use factum_projections::{AppBuilderExt, AppExt, Status, WaitError};
use factum_store_memory::MemoryStore;
use std::{future::Future, pin::pin, task::Poll};

/// Whether the future is still waiting after having been polled once.
async fn waits(future: impl Future<Output = ()>) -> bool {
    let mut future = pin!(future);
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn that_it_is_in_and_begins_no_other() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).pages([1]).at(Call::Commit, 0, Fault::HoldBefore(stop));
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    append(&store, [noted("a"), noted("b")]).await;
    held.reached().await;
    let mut shutdown = pin!(app.shutdown());
    assert!(waits(shutdown.as_mut()).await, "it waits for the batch");
    held.open();
    shutdown.await;

    assert_eq!(documents(&store).await.into_keys().collect::<Vec<_>>(), ["a"]);
    let (_, progress) = app.progress().pop().unwrap();
    assert_eq!(progress.position, Position::new(1));
    assert!(matches!(progress.status, Status::Stopped));
    assert!(matches!(app.caught_up().await, Err(WaitError::Stopped { projection: "journal" })));
    append(&store, [noted("c")]).await;
    app.shutdown().await;
}

#[tokio::test]
async fn even_if_the_first_who_asked_gave_up_waiting() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Commit, 0, Fault::HoldBefore(stop));
    append(&store, [noted("a")]).await;
    let running = run(Journal, store.clone(), store.clone());
    held.reached().await;
    assert!(waits(running.stop()).await);
    let mut again = pin!(running.stop());
    assert!(waits(again.as_mut()).await, "the batch is still under way");
    held.open();
    again.await;
    assert_eq!(documents(&store).await["a"], [1]);
}

#[tokio::test]
async fn for_everybody_who_asks() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Commit, 0, Fault::HoldBefore(stop));
    append(&store, [noted("a")]).await;
    let running = run(Journal, store.clone(), store.clone());
    held.reached().await;
    let (mut first, mut second) = (pin!(running.stop()), pin!(running.stop()));
    assert!(waits(first.as_mut()).await && waits(second.as_mut()).await);
    held.open();
    tokio::join!(first, second);
    running.stop().await;
}

#[tokio::test]
async fn and_dropping_the_app_ends_its_tasks() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).pages([1]).at(Call::Commit, 0, Fault::HoldBefore(stop));
    append(&store, [noted("a"), noted("b")]).await;
    let running = run(Journal, store.clone(), store.clone());
    let waiter = running.waiter();
    held.reached().await;
    drop(running);
    held.open();
    assert!(matches!(waiter.reached(Position::new(2)).await, Err(WaitError::Stopped { .. })));
    assert_eq!(documents(&store).await.into_keys().collect::<Vec<_>>(), ["a"]);
}

#[tokio::test]
async fn and_a_clone_of_the_app_keeps_it_running() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    let clone = app.clone();
    drop(app);
    let receipt = append(&store, [noted("a")]).await;
    clone.wait_for::<Journal>(&receipt).await.unwrap();
}

#[test]
fn and_a_runtime_that_is_gone_is_no_panic_of_the_projection() {
    let store = MemoryStore::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let running = runtime.block_on(async {
        let running = run(Journal, store.clone(), store.clone());
        append(&store, [noted("a")]).await;
        running.waiter().reached(Position::new(1)).await.unwrap();
        running
    });
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let waited = other.block_on(running.waiter().reached(Position::new(2)));
    assert!(matches!(waited, Err(WaitError::Stopped { .. })), "{waited:?}");
}
