use crate::given::{
    Call, Faulty, Log, by_stream, group, next, numbered, on_both_stores, pull, soon, until_they_have,
};
use factum::RecordedEvent;
use factum_projections::Member;
use factum_store_memory::MemoryStore;
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc, task::JoinSet};

on_both_stores! {
    each_event_to_one_member_and_those_of_a_stream_in_order,
    and_who_leaves_hands_them_over_at_once,
    and_those_of_a_member_that_is_gone_without_a_word_when_its_lease_ends,
    and_goes_on_where_it_was_when_all_have_gone,
}

/// Pulls on a task of its own, and acknowledges; who has got what is told.
fn work(
    workers: &mut JoinSet<()>,
    number: usize,
    member: &Arc<Member>,
    told: &mpsc::UnboundedSender<(usize, RecordedEvent)>,
) {
    let (member, told) = (Arc::clone(member), told.clone());
    workers.spawn(async move {
        while let Some(delivery) = member.next().await.unwrap() {
            for event in delivery.events() {
                told.send((number, event.clone())).unwrap();
            }
            delivery.ack().await.unwrap();
        }
    });
}

async fn each_event_to_one_member_and_those_of_a_stream_in_order(store: impl Log) {
    let group = group().limit(7).unacknowledged(3);
    let members = [
        Arc::new(group.join(store.clone()).await.unwrap()),
        Arc::new(group.join(store.clone()).await.unwrap()),
    ];
    until_they_have(&[&members[0], &members[1]], &[4, 4]).await;
    let (told, mut heard) = mpsc::unbounded_channel();
    let mut workers = JoinSet::new();
    for (number, member) in members.iter().enumerate() {
        // Two tasks pull from each.
        (0..2).for_each(|_| work(&mut workers, number, member, &told));
    }
    drop(told);
    for _ in 0..4 {
        numbered(&store, 30, 150).await;
    }
    let mut events = Vec::new();
    let mut of_member = [0; 2];
    while events.len() < 600 {
        let (number, event) = soon(heard.recv()).await.unwrap();
        of_member[number] += 1;
        events.push(event);
    }
    for member in members {
        member.close().await;
    }
    soon(workers.join_all()).await;
    assert!(heard.recv().await.is_none(), "nothing is delivered twice");
    assert!(of_member.iter().all(|events| *events > 0), "{of_member:?}");
    let streams = by_stream(&events);
    assert_eq!(streams.len(), 30);
    for (stream, numbers) in streams {
        let expected: Vec<_> = (0..4).flat_map(|_| 0..5).collect();
        assert_eq!(numbers, expected, "{stream}");
    }
}

async fn and_who_leaves_hands_them_over_at_once(store: impl Log) {
    // So long that nobody gets anything because a lease ends.
    let group = group().lease(Duration::from_secs(3_600)).limit(1);
    let first = group.join(store.clone()).await.unwrap();
    until_they_have(&[&first], &[8]).await;
    numbered(&store, 20, 20).await;
    let in_hand = next(&first).await;
    soon(first.close()).await;
    assert!(first.partitions().is_empty());
    assert!(first.next().await.unwrap().is_none());

    let second = group.join(store.clone()).await.unwrap();
    until_they_have(&[&second], &[8]).await;
    let pulled = pull(&second, 20).await;
    assert_eq!(by_stream(&pulled).len(), 20);
    assert!(pulled.contains(&in_hand.events()[0]), "what was in hand is delivered again");
    second.close().await;
}

async fn and_those_of_a_member_that_is_gone_without_a_word_when_its_lease_ends(store: impl Log) {
    numbered(&store, 20, 20).await;
    let group = group().lease(Duration::from_millis(300)).limit(1);
    let first = group.join(store.clone()).await.unwrap();
    let second = group.join(store.clone()).await.unwrap();
    until_they_have(&[&first, &second], &[4, 4]).await;
    let in_hand = next(&first).await;
    let partition = in_hand.partition().number();
    assert!(!second.partitions().contains(&partition));
    drop(first);
    let pulled = pull(&second, 20).await;
    assert_eq!(second.partitions().len(), 8);
    assert!(pulled.contains(&in_hand.events()[0]), "what was not acknowledged is delivered again");
    assert_eq!(by_stream(&pulled).len(), 20);
    second.close().await;
}

#[tokio::test]
async fn and_a_new_member_gets_its_share_when_what_is_in_hand_is_acknowledged() {
    let store = MemoryStore::new();
    numbered(&store, 20, 20).await;
    let group = group().lease(Duration::from_millis(500)).partitions(2).limit(1);
    let watched = Faulty::new(store.clone());
    let first = group.join(watched.clone()).await.unwrap();
    until_they_have(&[&first], &[2]).await;
    let in_hand = [next(&first).await, next(&first).await];
    let second = group.join(store.clone()).await.unwrap();
    // It has heard of the other one, and had the time to give back what it could.
    let beats = watched.times(Call::Beat).len() + 3;
    soon(async {
        while watched.times(Call::Beat).len() < beats {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!((first.partitions().len(), second.partitions().len()), (2, 0));
    let mut seen: Vec<RecordedEvent> = Vec::new();
    for delivery in in_hand {
        seen.extend(delivery.events().iter().cloned());
        delivery.ack().await.unwrap();
    }
    until_they_have(&[&first, &second], &[1, 1]).await;
    while seen.len() < 20 {
        let delivery = soon(async {
            tokio::select! {
                delivery = first.next() => delivery,
                delivery = second.next() => delivery,
            }
        });
        let delivery = delivery.await.unwrap().unwrap();
        seen.extend(delivery.events().iter().cloned());
        delivery.ack().await.unwrap();
    }
    assert_eq!(by_stream(&seen).len(), 20, "nothing is delivered again");
    first.close().await;
    second.close().await;
}

async fn and_goes_on_where_it_was_when_all_have_gone(store: impl Log) {
    let group = group().limit(2);
    numbered(&store, 6, 12).await;
    let member = group.join(store.clone()).await.unwrap();
    pull(&member, 12).await;
    member.close().await;
    numbered(&store, 6, 6).await;
    let member = group.join(store.clone()).await.unwrap();
    let later = pull(&member, 6).await;
    assert!(later.iter().all(|event| event.position.get() > 12), "{later:?}");
    member.close().await;
}

#[tokio::test]
async fn and_who_cannot_take_part_is_told_so() {
    let store = MemoryStore::new();
    let member = group().join(store.clone()).await.unwrap();
    let refused = group().partitions(3).join(store.clone()).await.unwrap_err();
    assert!(refused.is_incompatible() && format!("{refused:?}").contains("it has 8"), "{refused:?}");
    member.close().await;
}
