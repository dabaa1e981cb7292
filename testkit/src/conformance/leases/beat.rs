//! A beat says that a node is there, and tells it who has what.

use super::{
    HOUR, NO_TIME, advanced, at, beat, beat_for, done, free, group, holders, lease, leased, leased_before,
    load, nodes,
};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore, Position,
    lease::{Lease, LeaseStore},
};
use std::time::Duration;

/// At the start, where nobody has them.
pub async fn the_first_beat_makes_the_checkpoints(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 3), nodes());
    for partition in 0..3 {
        assert_eq!(load(&store, &group.key(partition)).await, None);
    }
    let roll = beat(&store, &group, node).await;
    assert_eq!(roll.leases, [free(at(0, 0)); 3]);
    for partition in 0..3 {
        assert_eq!(load(&store, &group.key(partition)).await, Some(at(0, 0)), "of partition {partition}");
    }
    assert_eq!(load(&store, &group.key(3)).await, None);
    assert_eq!(done(store.logs(&group.consumer).await), [group.log]);
}

/// See [`Group::start`](factum_core::lease::Group::start). One that has begun, with or without a group, goes on where it
/// is.
pub async fn the_first_beat_says_where_the_group_begins(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (late, alone, [node]) = (group("balances", 2), group("totals", 1), nodes());
    let epoch = done(store.claim(&alone.key(0)).await).epoch;
    advanced(&store, &alone.key(0), epoch, 3).await;
    for start in [7, 9, 0] {
        let start = Position::new(start);
        assert_eq!(beat(&store, &late.clone().start(start), node).await.leases, [free(at(7, 0)); 2]);
        assert_eq!(beat(&store, &alone.clone().start(start), node).await.leases, [free(at(3, 1))]);
    }
    assert_eq!(load(&store, &late.key(1)).await, Some(at(7, 0)));
    assert_eq!(lease(&store, &late, 1, node).await, Some(at(7, 1)));
}

/// Once, however often it beats, and also if it is there for no time.
pub async fn a_node_counts_itself(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 2), nodes());
    for ttl in [NO_TIME, HOUR, HOUR, NO_TIME] {
        assert_eq!(beat_for(&store, &group, node, ttl).await.nodes, 1);
    }
}

/// Each of them once.
pub async fn nodes_that_are_there_are_counted(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, all) = (group("balances", 2), nodes::<5>());
    for (before, node) in all.into_iter().enumerate() {
        assert_eq!(beat(&store, &group, node).await.nodes, before + 1);
    }
    for node in all {
        assert_eq!(beat(&store, &group, node).await.nodes, 5);
    }
}

/// Others are.
pub async fn a_node_whose_time_is_over_is_not_counted(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [gone, stays, asks]) = (group("balances", 2), nodes());
    beat(&store, &group, stays).await;
    beat_for(&store, &group, gone, NO_TIME).await;
    assert_eq!(beat(&store, &group, asks).await.nodes, 2);
    assert_eq!(beat(&store, &group, stays).await.nodes, 2);
}

/// Whatever it said before.
pub async fn a_node_is_there_for_as_long_as_it_said_last(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, asks]) = (group("balances", 2), nodes());
    for (ttl, expected) in [(HOUR, 2), (NO_TIME, 1), (HOUR, 2), (HOUR, 2), (NO_TIME, 1)] {
        beat_for(&store, &group, node, ttl).await;
        assert_eq!(beat(&store, &group, asks).await.nodes, expected, "{node} was there for {ttl:?}");
    }
}

/// The same to everybody, by the number of the partition.
pub async fn a_beat_tells_who_has_what(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [one, two, idle]) = (group("balances", 4), nodes());
    beat(&store, &group, idle).await;
    leased(&store, &group, 3, one).await;
    leased(&store, &group, 0, two).await;
    leased(&store, &group, 1, one).await;
    for node in [one, two, idle] {
        let roll = beat(&store, &group, node).await;
        let told: Vec<_> = roll.leases.iter().map(|lease| lease.holder).collect();
        assert_eq!(told, [Some(two), Some(one), None, Some(one)], "as {node} is told");
    }
}

/// Also those that nobody has.
pub async fn a_beat_tells_where_the_checkpoints_are(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [one, two]) = (group("balances", 3), nodes());
    beat(&store, &group, one).await;
    leased(&store, &group, 0, one).await;
    let epoch = leased(&store, &group, 0, one).await.epoch;
    advanced(&store, &group.key(0), epoch, 7).await;
    let epoch = leased(&store, &group, 2, two).await.epoch;
    advanced(&store, &group.key(2), epoch, 5).await;
    done(store.release(&group.key(2), two).await);
    let expected = [Lease::new(at(7, 2), Some(one)), free(at(0, 0)), free(at(5, 1))];
    for node in [one, two] {
        assert_eq!(beat(&store, &group, node).await.leases, expected, "as {node} is told");
    }
}

/// Nor does it change the epoch.
pub async fn a_beat_moves_no_checkpoint(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let epoch = leased(&store, &group, 1, node).await.epoch;
    advanced(&store, &group.key(1), epoch, 3).await;
    for beats in [node, other, node, other] {
        beat(&store, &group, beats).await;
        assert_eq!(load(&store, &group.key(0)).await, Some(at(0, 0)));
        assert_eq!(load(&store, &group.key(1)).await, Some(at(3, 1)));
    }
    advanced(&store, &group.key(1), epoch, 4).await;
}

/// To them the partition is free; the beat of its holder extends it, if nobody has taken it meanwhile.
pub async fn a_lease_that_has_ended_is_told_to_nobody_else(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, other).await;
    leased_before(&store, &group, 1, node).await;
    assert_eq!(beat(&store, &group, other).await.leases, [free(at(0, 0)), free(at(0, 1))]);
    let extended = Lease::new(at(0, 1), Some(node));
    for asks in [node, other] {
        assert_eq!(beat(&store, &group, asks).await.leases[1], extended, "as {asks} is told");
    }
}

/// All of it, so that nobody else can take it.
pub async fn a_beat_extends_what_the_node_has(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 3), nodes());
    beat(&store, &group, other).await;
    for partition in [0, 2] {
        leased_before(&store, &group, partition, node).await;
    }
    beat(&store, &group, node).await;
    for partition in [0, 2] {
        assert_eq!(lease(&store, &group, partition, other).await, None, "partition {partition}");
    }
    assert_eq!(holders(&store, &group).await, [Some(node), None, Some(node)]);
}

/// Neither what others have, nor what the node has of another consumer or log.
pub async fn a_beat_extends_nothing_else(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (here, elsewhere, other_log) = (group("balances", 2), group("totals", 2), group("balances", 2));
    let [node, other, third] = nodes();
    for group in [&here, &elsewhere, &other_log] {
        beat(&store, group, third).await;
        leased_before(&store, group, 0, node).await;
    }
    leased_before(&store, &here, 1, other).await;
    beat(&store, &here, node).await;
    assert_eq!(holders(&store, &here).await, [Some(node), None]);
    leased(&store, &here, 1, third).await;
    for group in [&elsewhere, &other_log] {
        assert_eq!(holders(&store, group).await, [None, None], "of {group}");
        leased(&store, group, 0, third).await;
    }
}

/// The store's clock need not have a number for its end.
pub async fn a_node_may_be_there_for_ever(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    for ttl in [Duration::MAX, Duration::from_micros(i64::MAX as u64), Duration::from_millis(i64::MAX as u64)]
    {
        beat_for(&store, &group, node, ttl).await;
        let given = done(store.lease(&group, 0, node, ttl).await);
        assert!(given.is_some(), "a lease for {ttl:?}");
        beat_for(&store, &group, node, ttl).await;
        assert_eq!(beat_for(&store, &group, other, NO_TIME).await.nodes, 2, "{node} is there for {ttl:?}");
        assert_eq!(holders(&store, &group).await, [Some(node), None], "leased for {ttl:?}");
    }
}
