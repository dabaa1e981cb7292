use crate::given::{
    Call, Fault, Faulty, Kind, Log, by_stream, group, next, nothing_more, numbered, on_both_stores, soon,
};
use factum::checkpoint::AdvanceError;
use factum_projections::Delivery;
use factum_store_memory::MemoryStore;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

on_both_stores! {
    whether_it_is_refused_or_dropped,
    before_anything_else_of_its_partition,
}

fn numbers(delivery: &Delivery) -> Vec<u64> {
    delivery.events().iter().map(|event| event.position.get()).collect()
}

async fn whether_it_is_refused_or_dropped(store: impl Log) {
    numbered(&store, 1, 5).await;
    let member = Arc::new(group().limit(2).join(store).await.unwrap());
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![1, 2], 1));
    delivery.nack();
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![1, 2], 2));
    drop(delivery);

    // A worker that panics drops what it has.
    let worker = {
        let member = Arc::clone(&member);
        tokio::spawn(async move {
            let delivery = next(&member).await;
            assert_eq!(delivery.attempt(), 0, "as told");
        })
    };
    assert!(worker.await.unwrap_err().is_panic());
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![1, 2], 4));
    delivery.ack().await.unwrap();
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![3, 4], 1));
    member.close().await;
}

async fn before_anything_else_of_its_partition(store: impl Log) {
    numbered(&store, 20, 200).await;
    let member = group().partitions(4).limit(5).join(store).await.unwrap();
    let mut seen = Vec::new();
    let mut refused = [false; 4];
    while seen.len() < 200 {
        let delivery = next(&member).await;
        let partition = usize::from(delivery.partition().number());
        if !std::mem::replace(&mut refused[partition], true) {
            delivery.nack();
            continue;
        }
        seen.extend(delivery.events().iter().cloned());
        delivery.ack().await.unwrap();
    }
    assert_eq!(refused, [true; 4]);
    for (stream, numbers) in by_stream(&seen) {
        assert_eq!(numbers, (0..10).collect::<Vec<_>>(), "{stream}");
    }
    member.close().await;
}

/// Pauses are up to a tenth of a second, then up to twice as long each time.
#[tokio::test(start_paused = true)]
async fn after_pauses_that_grow() {
    let store = MemoryStore::new();
    numbered(&store, 1, 1).await;
    let member = group().join(store).await.unwrap();
    let began = Instant::now();
    for attempt in 1..=20 {
        let delivery = next_however_long(&member).await;
        assert_eq!(delivery.attempt(), attempt);
        delivery.nack();
    }
    assert!(began.elapsed() > Duration::from_secs(10), "{:?}", began.elapsed());
    member.close().await;
}

async fn next_however_long(member: &factum_projections::Member) -> Delivery {
    member.next().await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn after_a_store_that_failed_to_acknowledge_it() {
    let store = Faulty::new(MemoryStore::new());
    numbered(&store, 1, 2).await;
    let member = group().partitions(1).limit(1).join(store.clone()).await.unwrap();
    let delivery = next(&member).await;
    let store = store.next_at(Call::Advance, 0, Fault::Before(Kind::Transient));
    let failed = delivery.ack().await.unwrap_err();
    assert!(matches!(&failed, AdvanceError::Store(error) if error.is_transient()), "{failed:?}");
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![1], 2));
    // It cannot be found out at first whether it was acknowledged.
    let store = store.next_at(Call::Advance, 0, Fault::Before(Kind::Transient));
    drop(delivery);
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![1], 3));
    delivery.ack().await.unwrap();
    assert_eq!(numbers(&next(&member).await), [2]);
    assert!(store.is_played());
    member.close().await;
}

#[tokio::test(start_paused = true)]
async fn unless_it_was_acknowledged_and_only_the_answer_was_lost() {
    let store = Faulty::new(MemoryStore::new());
    numbered(&store, 1, 2).await;
    let member = group().partitions(1).limit(1).join(store.clone()).await.unwrap();
    let delivery = next(&member).await;
    let store = store.next_at(Call::Advance, 0, Fault::After(Kind::Transient));
    delivery.ack().await.unwrap_err();
    let delivery = next(&member).await;
    assert_eq!((numbers(&delivery), delivery.attempt()), (vec![2], 1));
    assert!(store.is_played());
    member.close().await;
}

#[tokio::test(start_paused = true)]
async fn and_a_read_that_failed_is_tried_again_without_a_gap() {
    let store = Faulty::new(MemoryStore::new()).pages([3]);
    numbered(&store, 1, 9).await;
    let store = store.next_at(Call::ReadLog, 1, Fault::After(Kind::Transient)).next_at(
        Call::ReadLog,
        2,
        Fault::Before(Kind::Transient),
    );
    let member = group().partitions(1).limit(2).join(store.clone()).await.unwrap();
    let mut all = Vec::new();
    while all.len() < 9 {
        let delivery = next(&member).await;
        all.extend(numbers(&delivery));
        delivery.ack().await.unwrap();
    }
    assert_eq!(all, (1..=9).collect::<Vec<_>>());
    assert!(store.is_played());
    nothing_more(&member).await;
    member.close().await;
}

#[tokio::test(start_paused = true)]
async fn and_a_store_that_will_not_work_again_ends_the_member_with_an_error() {
    let store = Faulty::new(MemoryStore::new());
    numbered(&store, 40, 40).await;
    let member = group().unacknowledged(2).join(store.clone()).await.unwrap();
    let in_hand = [next(&member).await, next(&member).await];
    let store = store.next_at(Call::Beat, 0, Fault::Before(Kind::Lasting));
    // Although it waits for room that nobody makes.
    let failed = soon(member.next()).await.unwrap_err();
    assert_eq!(
        format!("{failed:?}"),
        "a member of consumer group workers has failed: Beat as told failed: it will not pass"
    );
    assert!(store.is_played());
    drop(in_hand);
    member.close().await;
}
