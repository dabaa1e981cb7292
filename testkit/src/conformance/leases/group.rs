//! Into how many partitions a consumer is parted, and for whom.

use super::{
    HOUR, NO_TIME, advanced, at, beat, beat_for, done, free, group, holders, lease, leased, leased_before,
    load, nodes, parted,
};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    CheckpointStore, LogId, StoreError,
    lease::{Group, LeaseStore, NodeId, Roll},
};
use std::sync::Arc;

/// A beat that is refused, since the group has another number of partitions.
fn refused(outcome: Result<Roll, StoreError>) {
    match outcome {
        Err(error) if error.is_incompatible() => {}
        other => panic!("expected to be refused as incompatible, not {other:?}"),
    }
}

/// Those who have the first number go on, and nothing is extended for those who have another.
pub async fn the_number_of_partitions_cannot_change(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 3), nodes());
    beat(&store, &group, node).await;
    leased(&store, &group, 2, node).await;
    leased_before(&store, &group, 1, node).await;
    for partitions in [1, 2, 4, u16::MAX] {
        refused(store.beat(&parted(&group, partitions), node, HOUR).await);
        assert_eq!(load(&store, &group.key(3)).await, None);
    }
    assert_eq!(holders(&store, &group).await, [None, None, Some(node)]);
    assert_eq!(beat(&store, &group, node).await.nodes, 1);
}

/// The others would leave partitions to it that it never takes.
pub async fn a_node_that_is_refused_is_not_counted(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, stranger]) = (group("balances", 3), nodes());
    beat(&store, &group, node).await;
    for partitions in [2, 4] {
        refused(store.beat(&parted(&group, partitions), stranger, HOUR).await);
    }
    assert_eq!(beat(&store, &group, node).await.nodes, 1);
}

/// Not even a partition that there is.
pub async fn nothing_is_leased_with_another_number(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 3), nodes());
    beat(&store, &group, node).await;
    for partitions in [2, 4] {
        for partition in 0..2 {
            let given = lease(&store, &parted(&group, partitions), partition, node).await;
            assert_eq!(given, None, "partition {partition} of {partitions}");
            assert_eq!(load(&store, &group.key(partition)).await, Some(at(0, 0)));
        }
    }
    assert_eq!(lease(&store, &parted(&group, 4), 3, node).await, None);
}

/// Its checkpoint says nothing of other partitions.
pub async fn a_consumer_that_has_moved_alone_has_one_partition(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 3), nodes());
    let epoch = done(store.claim(&group.key(0)).await).epoch;
    advanced(&store, &group.key(0), epoch, 7).await;
    for _ in 0..2 {
        refused(store.beat(&group, node, HOUR).await);
        assert_eq!(load(&store, &group.key(1)).await, None);
    }
    let one = parted(&group, 1);
    assert_eq!(beat(&store, &one, node).await.leases, [free(at(7, 1))]);
    assert_eq!(lease(&store, &one, 0, node).await, Some(at(7, 2)));
}

/// It has not come anywhere, and its owner is deposed by the first lease.
pub async fn a_consumer_that_was_only_claimed_can_be_parted(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 2), nodes());
    done(store.claim(&group.key(0)).await);
    done(store.claim(&group.key(0)).await);
    assert_eq!(beat(&store, &group, node).await.leases, [free(at(0, 2)), free(at(0, 0))]);
    assert_eq!(lease(&store, &group, 0, node).await, Some(at(0, 3)));
    assert_eq!(lease(&store, &group, 1, node).await, Some(at(0, 1)));
}

/// Whether they were there before or have come since.
pub async fn checkpoints_that_are_not_of_the_group_are_not_told(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 2), nodes());
    done(store.claim(&group.key(2)).await);
    assert_eq!(beat(&store, &group, node).await.leases, [free(at(0, 0)); 2]);
    done(store.claim(&group.key(7)).await);
    assert_eq!(beat(&store, &group, node).await.leases, [free(at(0, 0)); 2]);
    assert_eq!(lease(&store, &group, 2, node).await, None);
}

/// Whose names may be alike: the same nodes, another number of partitions, and other leases.
pub async fn consumers_share_apart(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (first, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &first, node).await;
    leased(&store, &first, 0, node).await;
    for name in ["Balances", "balances ", "balance", "balances%", "gr\u{f6}\u{df}e \u{1f600}", "'; --"] {
        let group = Group::new(name.parse().expect("a name"), first.log, 3);
        assert_eq!(lease(&store, &group, 0, other).await, None, "of {name:?}");
        let roll = beat(&store, &group, other).await;
        assert_eq!((roll.nodes, roll.leases), (1, vec![free(at(0, 0)); 3]), "of {name:?}");
        leased(&store, &group, 0, other).await;
        leased(&store, &group, 1, other).await;
    }
    assert_eq!(holders(&store, &first).await, [Some(node), None]);
    assert_eq!(beat(&store, &first, node).await.nodes, 1);
}

/// A consumer of several logs has partitions of each.
pub async fn logs_are_shared_apart(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (here, [node, other]) = (group("balances", 2), nodes());
    let there = Group::new(here.consumer.clone(), LogId::random(), 3);
    beat(&store, &here, node).await;
    leased(&store, &here, 0, node).await;
    assert_eq!(lease(&store, &there, 0, other).await, None);
    let roll = beat(&store, &there, other).await;
    assert_eq!((roll.nodes, roll.leases), (1, vec![free(at(0, 0)); 3]));
    assert_eq!(lease(&store, &there, 0, other).await, Some(at(0, 1)));
    assert_eq!(lease(&store, &there, 1, other).await, Some(at(0, 1)));
    assert_eq!(holders(&store, &here).await, [Some(node), None]);
    assert_eq!(beat(&store, &here, node).await.nodes, 1);
}

/// And not as texts are sorted, nor only the first hundreds of them.
pub async fn many_partitions_are_told_by_number(place: impl Fixture<Store: LeaseStore>) {
    const PARTITIONS: u16 = 1_200;
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", PARTITIONS), nodes());
    beat(&store, &group, node).await;
    let some = [2, 10, 255, 256, 300, 1_000, PARTITIONS - 1];
    for (place, partition) in (0..).zip(some) {
        let epoch = leased(&store, &group, partition, node).await.epoch;
        advanced(&store, &group.key(partition), epoch, 100 + place).await;
    }
    let roll = beat(&store, &group, other).await;
    let told = (0..).zip(&roll.leases).filter(|(_, lease)| lease.holder.is_some());
    let told: Vec<(u16, u64)> = told.map(|(n, lease)| (n, lease.checkpoint.position.get())).collect();
    assert_eq!(told, some.into_iter().zip(100..).collect::<Vec<_>>());
}

/// All of whose nodes are counted.
pub async fn first_beats_at_once_make_one_group(place: impl Fixture<Store: LeaseStore>) {
    let store = Arc::new(place.open().await);
    let group = group("balances", 5);
    at_once(8, |_| {
        let (store, group, node) = (Arc::clone(&store), group.clone(), NodeId::random());
        async move {
            let roll = beat(&*store, &group, node).await;
            assert_eq!(roll.leases, [free(at(0, 0)); 5]);
        }
    })
    .await;
    assert_eq!(beat_for(&*store, &group, NodeId::random(), NO_TIME).await.nodes, 9);
}
