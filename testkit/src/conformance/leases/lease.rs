//! A partition has one holder, with an epoch of its own.

use super::{
    HOUR, NO_TIME, advance, advanced, at, beat, done, fenced, group, holders, lease, leased, leased_before,
    load, nodes,
};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    CheckpointStore,
    checkpoint::AdvanceError,
    lease::{LeaseStore, NodeId},
};
use std::sync::Arc;

/// Where its checkpoint is, with the next epoch.
pub async fn a_free_partition_is_given(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    assert_eq!(lease(&store, &group, 1, node).await, Some(at(0, 1)));
    assert_eq!(load(&store, &group.key(1)).await, Some(at(0, 1)));
    advanced(&store, &group.key(1), at(0, 1).epoch, 9).await;
    done(store.release(&group.key(1), node).await);
    assert_eq!(lease(&store, &group, 1, other).await, Some(at(9, 2)));
    assert_eq!(load(&store, &group.key(1)).await, Some(at(9, 2)));
    assert_eq!(holders(&store, &group).await, [None, Some(other)]);
}

/// A node may have several, which are told apart.
pub async fn a_lease_is_of_one_partition(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 4), nodes());
    beat(&store, &group, node).await;
    leased(&store, &group, 1, node).await;
    assert_eq!(holders(&store, &group).await, [None, Some(node), None, None]);
    leased(&store, &group, 3, node).await;
    assert_eq!(holders(&store, &group).await, [None, Some(node), None, Some(node)]);
    for (partition, epoch) in [(0, 0), (1, 1), (2, 0), (3, 1)] {
        assert_eq!(load(&store, &group.key(partition)).await, Some(at(0, epoch)), "of partition {partition}");
    }
}

/// Nor is its holder disturbed.
pub async fn what_somebody_else_has_is_not_given(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let epoch = leased(&store, &group, 0, node).await.epoch;
    for ttl in [HOUR, NO_TIME] {
        assert_eq!(done(store.lease(&group, 0, other, ttl).await), None);
        assert_eq!(load(&store, &group.key(0)).await, Some(at(0, 1)));
        assert_eq!(holders(&store, &group).await, [Some(node), None]);
    }
    advanced(&store, &group.key(0), epoch, 1).await;
}

/// Which deposes whoever had it.
pub async fn a_lease_that_has_ended_is_given_to_others(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let first = leased_before(&store, &group, 0, node).await.epoch;
    advanced(&store, &group.key(0), first, 4).await;
    let second = leased(&store, &group, 0, other).await;
    assert_eq!(second, at(4, 2));
    fenced(advance(&store, &group.key(0), first, 5).await, first, second.epoch);
    advanced(&store, &group.key(0), second.epoch, 6).await;
    // Nor can it come back by a beat.
    beat(&store, &group, node).await;
    assert_eq!(holders(&store, &group).await, [Some(other), None]);
    assert_eq!(lease(&store, &group, 0, node).await, None);
}

/// It is the epoch that protects a checkpoint, and not the lease.
pub async fn nobody_is_deposed_before_somebody_else_is_given_it(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let epoch = leased_before(&store, &group, 0, node).await.epoch;
    beat(&store, &group, other).await;
    advanced(&store, &group.key(0), epoch, 4).await;
    assert_eq!(load(&store, &group.key(0)).await, Some(at(4, 1)));
}

/// As if it were another: with the next epoch, that deposes the former.
pub async fn who_has_a_partition_may_lease_it_again(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let first = leased(&store, &group, 0, node).await.epoch;
    for epoch in 2..=4 {
        assert_eq!(lease(&store, &group, 0, node).await, Some(at(0, epoch)));
    }
    fenced(advance(&store, &group.key(0), first, 1).await, first, at(0, 4).epoch);
    assert_eq!(holders(&store, &group).await, [Some(node), None]);
}

/// It need only be of a group that there is.
pub async fn a_node_leases_without_a_beat_of_its_own(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [founder, node]) = (group("balances", 2), nodes());
    beat(&store, &group, founder).await;
    assert_eq!(lease(&store, &group, 1, node).await, Some(at(0, 1)));
    assert_eq!(lease(&store, &group, 1, founder).await, None);
    // To have a partition is not to be there.
    assert_eq!(beat(&store, &group, founder).await.nodes, 1);
}

/// And its checkpoint is not made.
pub async fn a_partition_that_is_not_there_is_not_given(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    for partition in [2, 3, u16::MAX] {
        assert_eq!(lease(&store, &group, partition, node).await, None, "partition {partition}");
        assert_eq!(load(&store, &group.key(partition)).await, None, "of partition {partition}");
    }
}

/// Whether or not it has checkpoints.
pub async fn what_has_never_beaten_leases_nothing(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 2), nodes());
    assert_eq!(lease(&store, &group, 0, node).await, None);
    assert_eq!(load(&store, &group.key(0)).await, None);
    let claimed = done(store.claim(&group.key(0)).await);
    assert_eq!(lease(&store, &group, 0, node).await, None);
    assert_eq!(load(&store, &group.key(0)).await, Some(claimed));
}

/// The others are given nothing, and do not disturb it.
pub async fn of_many_at_once_one_is_given_a_partition(place: impl Fixture<Store: LeaseStore>) {
    let store = Arc::new(place.open().await);
    let group = group("balances", 10);
    beat(&*store, &group, NodeId::random()).await;
    let given = at_once(16, |_| {
        let (store, group, node) = (Arc::clone(&store), group.clone(), NodeId::random());
        async move {
            let mut given = Vec::new();
            for partition in 0..10 {
                given.push(lease(&*store, &group, partition, node).await.map(|_| node));
            }
            given
        }
    });
    let given = given.await;
    let holders = holders(&*store, &group).await;
    for partition in 0..10 {
        let told: Vec<_> = given.iter().filter_map(|given| given[partition]).collect();
        assert_eq!(told.len(), 1, "how many were given partition {partition}");
        assert_eq!(holders[partition], Some(told[0]), "who has partition {partition}");
        let key = group.key(partition as u16);
        assert_eq!(load(&*store, &key).await, Some(at(0, 1)), "of partition {partition}");
    }
}

/// While they beat, and begin each with another partition.
pub async fn many_partitions_among_many_nodes_have_one_holder_each(place: impl Fixture<Store: LeaseStore>) {
    const PARTITIONS: u16 = 24;
    let store = Arc::new(place.open().await);
    let group = group("balances", PARTITIONS);
    beat(&*store, &group, NodeId::random()).await;
    let given = at_once(8, |task| {
        let (store, group, node) = (Arc::clone(&store), group.clone(), NodeId::random());
        async move {
            let mut mine = Vec::new();
            for n in 0..PARTITIONS {
                let partition = (n + task as u16 * 3) % PARTITIONS;
                if n % 8 == 0 {
                    beat(&*store, &group, node).await;
                }
                if lease(&*store, &group, partition, node).await.is_some() {
                    mine.push(partition);
                }
            }
            (node, mine)
        }
    });
    let given = given.await;
    let holders = holders(&*store, &group).await;
    for partition in 0..PARTITIONS {
        let told = given.iter().filter(|(_, mine)| mine.contains(&partition)).map(|(node, _)| *node);
        let told: Vec<_> = told.collect();
        assert_eq!(told.len(), 1, "how many were given partition {partition}");
        assert_eq!(holders[usize::from(partition)], Some(told[0]), "who has partition {partition}");
    }
}

/// Whoever is given a partition sees the last move of those before.
pub async fn no_move_of_a_former_holder_comes_after_the_lease(place: impl Fixture<Store: LeaseStore>) {
    let store = Arc::new(place.open().await);
    let group = group("balances", 1);
    beat(&*store, &group, NodeId::random()).await;
    let holders = at_once(6, |_| {
        let (store, group, node) = (Arc::clone(&store), group.clone(), NodeId::random());
        async move {
            let mine = loop {
                // Nothing is given while somebody is moving it.
                match done(store.lease(&group, 0, node, NO_TIME).await) {
                    Some(given) => break given,
                    None => tokio::task::yield_now().await,
                }
            };
            let mut reached = mine.position.get();
            for _ in 0..20 {
                match advance(&*store, &group.key(0), mine.epoch, reached + 1).await {
                    Ok(()) => reached += 1,
                    Err(AdvanceError::Fenced { .. }) => break,
                    Err(other) => panic!("expected a move or to be deposed, not {other:?}"),
                }
                tokio::task::yield_now().await;
            }
            (mine.epoch, mine.position.get(), reached)
        }
    });
    let mut holders = holders.await;
    holders.sort_unstable();
    for pair in holders.windows(2) {
        let ((_, _, reached), (epoch, began, _)) = (pair[0], pair[1]);
        assert_eq!(
            began, reached,
            "where the holder of epoch {epoch} began, and how far the one before came"
        );
    }
    let (epoch, _, reached) = holders[5];
    assert_eq!(load(&*store, &group.key(0)).await, Some(at(reached, epoch.get())));
}
