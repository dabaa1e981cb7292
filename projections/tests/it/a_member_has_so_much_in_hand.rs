use crate::given::{group, next, nothing_more, numbered};
use factum_projections::Delivery;
use factum_store_memory::MemoryStore;
use std::sync::Arc;

fn numbers(delivery: &Delivery) -> Vec<u64> {
    delivery.events().iter().map(|event| event.position.get()).collect()
}

#[tokio::test(start_paused = true)]
async fn as_it_allows_and_waits_until_it_has_less() {
    let store = MemoryStore::new();
    numbered(&store, 40, 200).await;
    let member = group().unacknowledged(3).limit(2).join(store.clone()).await.unwrap();
    let mut in_hand = vec![next(&member).await, next(&member).await, next(&member).await];
    nothing_more(&member).await;
    in_hand.pop().unwrap().ack().await.unwrap();
    in_hand.push(next(&member).await);
    nothing_more(&member).await;
    // What is given up makes room too.
    drop(in_hand.pop());
    in_hand.push(next(&member).await);
    nothing_more(&member).await;
    member.close().await;
}

#[tokio::test(start_paused = true)]
async fn and_one_delivery_of_each_partition_which_is_as_long_as_it_may_be() {
    let store = MemoryStore::new();
    numbered(&store, 40, 200).await;
    let member = group().partitions(2).unacknowledged(100).limit(30).join(store.clone()).await.unwrap();
    let (one, other) = (next(&member).await, next(&member).await);
    assert_ne!(one.partition(), other.partition());
    nothing_more(&member).await;
    assert!(numbers(&one).len() == 30 && numbers(&other).len() == 30, "{one:?} and {other:?}");
    let (partition, last) = (one.partition(), one.events().last().unwrap().position);
    assert_eq!(one.through(), last);
    one.ack().await.unwrap();
    let then = next(&member).await;
    assert_eq!(then.partition(), partition);
    assert!(then.events()[0].position > last);
    member.close().await;
}

/// Also those that wait for room.
#[tokio::test(start_paused = true)]
async fn and_whoever_waits_is_told_when_it_is_closed() {
    let store = MemoryStore::new();
    numbered(&store, 40, 200).await;
    let member = Arc::new(group().unacknowledged(1).join(store.clone()).await.unwrap());
    let in_hand = next(&member).await;
    let waiting = {
        let member = Arc::clone(&member);
        tokio::spawn(async move { member.next().await })
    };
    tokio::task::yield_now().await;
    member.close().await;
    assert!(waiting.await.unwrap().unwrap().is_none());
    drop(in_hand);
}
