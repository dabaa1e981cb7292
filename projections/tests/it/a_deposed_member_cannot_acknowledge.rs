use crate::given::{Log, group, next, numbered, on_both_stores, pull, until_they_have};
use factum::{CheckpointKey, ConsumerName, checkpoint::AdvanceError};
use std::time::Duration;

on_both_stores! {
    what_another_one_has_been_given,
    also_when_it_is_told_to_leave,
}

/// With a lease that has ended as soon as it has it, whoever comes takes over at once.
async fn what_another_one_has_been_given(store: impl Log) {
    numbered(&store, 1, 3).await;
    let deposed = group().partitions(1).limit(2).lease(Duration::ZERO).join(store.clone()).await.unwrap();
    let in_hand = next(&deposed).await;
    let owner = group().partitions(1).limit(1).join(store.clone()).await.unwrap();
    until_they_have(&[&owner], &[1]).await;

    let key = CheckpointKey::new(ConsumerName::new("workers").unwrap(), store.log_id());
    let pulled = next(&owner).await;
    assert_eq!(pulled.events(), &in_hand.events()[..1], "it is given what was not acknowledged");
    let refused = in_hand.ack().await.unwrap_err();
    assert!(matches!(refused, AdvanceError::Fenced { .. }), "{refused:?}");
    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 0, "nothing has moved");
    pulled.ack().await.unwrap();
    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 1);

    // It knows, and stands by.
    until_they_have(&[&deposed, &owner], &[0, 1]).await;
    let rest: Vec<_> = pull(&owner, 2).await.iter().map(|event| event.position.get()).collect();
    assert_eq!(rest, [2, 3]);
    owner.close().await;
    deposed.close().await;
}

/// Until somebody else has it, it is not too late.
async fn also_when_it_is_told_to_leave(store: impl Log) {
    numbered(&store, 1, 2).await;
    let group = group().partitions(1).limit(1);
    let first = group.join(store.clone()).await.unwrap();
    let in_hand = next(&first).await;
    first.close().await;
    in_hand.ack().await.unwrap();

    let second = group.join(store.clone()).await.unwrap();
    let in_hand = next(&second).await;
    assert_eq!(in_hand.events()[0].position.get(), 2, "what was acknowledged late is not delivered again");
    second.close().await;
    let third = group.join(store.clone()).await.unwrap();
    until_they_have(&[&third], &[1]).await;
    let refused = in_hand.ack().await.unwrap_err();
    assert!(matches!(refused, AdvanceError::Fenced { .. }), "{refused:?}");
    assert_eq!(pull(&third, 1).await[0].position.get(), 2);
    third.close().await;
}
