use crate::given::{Call, Fault, Faulty, Journal, Kind, append, documents, gate, noted, run, unrelated};
use factum::{Position, app::Running};
use factum_projections::Status;
use factum_store_memory::MemoryStore;
use std::time::Duration;
use tokio::time::Instant;

fn failing(store: Faulty<MemoryStore>, call: Call, nths: std::ops::Range<usize>) -> Faulty<MemoryStore> {
    nths.fold(store, |store, nth| store.at(call, nth, Fault::Before(Kind::Transient)))
}

/// Between one call and the next lies some time, which is drawn, and no more than so many milliseconds.
fn assert_pauses(times: &[Instant], at_most: &[u128]) {
    let pauses: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
    assert_eq!(pauses.len(), at_most.len(), "{pauses:?}");
    // The clock of tokio goes in whole milliseconds, and a pause ends behind its time.
    let are_short = pauses.iter().zip(at_most).all(|(pause, most)| *pause <= most + 2);
    assert!(are_short, "{pauses:?}, at most {at_most:?}");
}

#[tokio::test(start_paused = true)]
async fn less_often_the_longer_it_lasts() {
    let store = failing(Faulty::new(MemoryStore::new()), Call::Claim, 0..10);
    append(&store, [noted("k")]).await;
    let running = run(Journal, store.clone(), store.clone());
    running.waiter().reached(Position::new(1)).await.unwrap();
    let at_most = [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000];
    assert_pauses(&store.times(Call::Claim), &at_most);
}

#[tokio::test(start_paused = true)]
async fn soon_again_when_it_had_worked_in_between() {
    let store = failing(Faulty::new(MemoryStore::new()), Call::Claim, 0..7).at(
        Call::Commit,
        1,
        Fault::Before(Kind::Transient),
    );
    let running = run(Journal, store.clone(), store.clone());
    append(&store, [noted("k")]).await;
    running.waiter().reached(Position::new(1)).await.unwrap();
    append(&store, [noted("k")]).await;
    running.waiter().reached(Position::new(2)).await.unwrap();
    assert_pauses(&store.times(Call::Commit)[1..], &[50]);
}

#[tokio::test(start_paused = true)]
async fn less_often_too_when_only_the_last_call_of_a_batch_fails() {
    let store = failing(Faulty::new(MemoryStore::new()), Call::Commit, 0..4);
    append(&store, [noted("k")]).await;
    let running = run(Journal, store.clone(), store.clone());
    running.waiter().reached(Position::new(1)).await.unwrap();
    assert_pauses(&store.times(Call::Commit), &[50, 100, 200, 400]);
    assert_eq!(documents(&store).await["k"], [1]);
}

#[tokio::test(start_paused = true)]
async fn less_often_too_when_it_passes_over_the_same_events_again_and_again() {
    let store = failing(Faulty::new(MemoryStore::new()).pages([1]), Call::Commit, 0..4);
    append(&store, [unrelated(), noted("k")]).await;
    let running = run(Journal, store.clone(), store.clone());
    running.waiter().reached(Position::new(2)).await.unwrap();
    assert_pauses(&store.times(Call::Commit)[1..], &[100, 200, 400]);
}

#[tokio::test(start_paused = true)]
async fn and_says_so_meanwhile() {
    let (stop, mut held) = gate();
    let store = failing(Faulty::new(MemoryStore::new()), Call::Commit, 0..1).at(
        Call::Claim,
        1,
        Fault::HoldBefore(stop),
    );
    append(&store, [noted("k")]).await;
    let running = run(Journal, store.clone(), store.clone());
    held.reached().await;
    let progress = running.waiter().progress().unwrap();
    let Status::Retrying(error) = progress.status else { panic!("{progress:?}") };
    assert_eq!(error.to_string(), "Commit as told failed");
    held.open();
    running.waiter().reached(Position::new(1)).await.unwrap();
    assert!(matches!(running.waiter().progress().unwrap().status, Status::Running));
}

#[tokio::test(start_paused = true)]
async fn until_it_is_stopped() {
    let store = failing(Faulty::new(MemoryStore::new()), Call::Claim, 0..1_000);
    let (stop, mut held) = gate();
    let store =
        store.at(Call::Claim, 7, Fault::HoldBefore(stop)).at(Call::Head, 0, Fault::Before(Kind::Transient));
    let running = run(Journal, store.clone(), store.clone());
    held.reached().await;
    held.open();
    tokio::task::yield_now().await;
    let began = Instant::now();
    running.stop().await;
    assert_eq!(began.elapsed(), Duration::ZERO, "it does not sit the pause out");
    assert!(matches!(running.waiter().progress().unwrap().status, Status::Stopped));
}
