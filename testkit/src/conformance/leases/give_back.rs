//! What a node has ends before its time when it is given back, or taken.

use super::{advance, at, beat, done, fenced, group, holders, lease, leased, leased_before, load, nodes};
use crate::conformance::Fixture;
use factum_core::{CheckpointStore, lease::LeaseStore};

/// Nobody need wait for the lease to end, and nothing else changes.
pub async fn what_is_given_back_is_free(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    leased(&store, &group, 0, node).await;
    done(store.release(&group.key(0), node).await);
    assert_eq!(holders(&store, &group).await, [None, None]);
    assert_eq!(load(&store, &group.key(0)).await, Some(at(0, 1)));
    // It is not its holder any more.
    beat(&store, &group, node).await;
    assert_eq!(holders(&store, &group).await, [None, None]);
    assert_eq!(lease(&store, &group, 0, other).await, Some(at(0, 2)));
}

/// Whether or not their lease has ended.
pub async fn nobody_gives_back_what_others_have(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    leased(&store, &group, 0, node).await;
    leased_before(&store, &group, 1, node).await;
    for partition in 0..2 {
        done(store.release(&group.key(partition), other).await);
    }
    assert_eq!(lease(&store, &group, 0, other).await, None);
    beat(&store, &group, node).await;
    assert_eq!(holders(&store, &group).await, [Some(node), Some(node)]);
}

/// Of several that the node has; and what nobody has can be given back too.
pub async fn one_partition_is_given_back(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node]) = (group("balances", 3), nodes());
    done(store.release(&group.key(0), node).await);
    assert_eq!(load(&store, &group.key(0)).await, None);
    beat(&store, &group, node).await;
    for partition in [0, 1] {
        leased(&store, &group, partition, node).await;
    }
    for partition in [1, 2, 3] {
        done(store.release(&group.key(partition), node).await);
    }
    assert_eq!(holders(&store, &group).await, [Some(node), None, None]);
    assert_eq!(load(&store, &group.key(3)).await, None);
}

/// Others keep what they have.
pub async fn who_leaves_gives_back_everything(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 3), nodes());
    for beats in [node, other] {
        beat(&store, &group, beats).await;
    }
    leased(&store, &group, 0, node).await;
    leased(&store, &group, 1, other).await;
    leased(&store, &group, 2, node).await;
    done(store.leave(&group, node).await);
    assert_eq!(holders(&store, &group).await, [None, Some(other), None]);
    assert_eq!(lease(&store, &group, 0, other).await, Some(at(0, 2)));
}

/// Until it comes back, with nothing.
pub async fn who_leaves_is_not_counted(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    for beats in [node, other] {
        beat(&store, &group, beats).await;
    }
    leased(&store, &group, 0, node).await;
    done(store.leave(&group, node).await);
    assert_eq!(beat(&store, &group, other).await.nodes, 1);
    let roll = beat(&store, &group, node).await;
    assert_eq!((roll.nodes, roll.leases[0].holder), (2, None));
}

/// Nothing happens.
pub async fn who_was_not_there_may_leave(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, stranger]) = (group("balances", 2), nodes());
    done(store.leave(&group, stranger).await);
    assert_eq!(load(&store, &group.key(0)).await, None);
    beat(&store, &group, node).await;
    leased(&store, &group, 0, node).await;
    done(store.leave(&group, stranger).await);
    assert_eq!(beat(&store, &group, node).await.nodes, 1);
    assert_eq!(holders(&store, &group).await, [Some(node), None]);
}

/// It goes on running other consumers, and over other logs.
pub async fn a_node_leaves_one_group(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (left, others) = (group("balances", 2), [group("totals", 2), group("balances", 2)]);
    let [node, asks] = nodes();
    for group in others.iter().chain([&left]) {
        beat(&store, group, node).await;
        leased(&store, group, 0, node).await;
        leased(&store, group, 1, node).await;
    }
    done(store.leave(&left, node).await);
    done(store.release(&others[0].key(1), node).await);
    assert_eq!(holders(&store, &left).await, [None, None]);
    assert_eq!(holders(&store, &others[0]).await, [Some(node), None]);
    assert_eq!(holders(&store, &others[1]).await, [Some(node), Some(node)]);
    for group in &others {
        assert_eq!(beat(&store, group, asks).await.nodes, 2, "of {group}");
    }
}

/// Of that partition: whoever claims has no lease.
pub async fn a_claim_ends_the_lease(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let first = leased(&store, &group, 0, node).await.epoch;
    leased(&store, &group, 1, node).await;
    let claimed = done(store.claim(&group.key(0)).await);
    assert_eq!(claimed, at(0, 2));
    fenced(advance(&store, &group.key(0), first, 1).await, first, claimed.epoch);
    // Nor does the next beat bring it back.
    assert_eq!(beat(&store, &group, node).await.leases[0].holder, None);
    assert_eq!(holders(&store, &group).await, [None, Some(node)]);
    assert_eq!(lease(&store, &group, 0, other).await, Some(at(0, 3)));
}

/// Of that partition.
pub async fn a_reset_ends_the_lease(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 2), nodes());
    beat(&store, &group, node).await;
    let first = leased(&store, &group, 0, node).await.epoch;
    leased(&store, &group, 1, node).await;
    super::advanced(&store, &group.key(0), first, 5).await;
    let reset = done(store.reset(&group.key(0)).await);
    assert_eq!(reset, at(0, 2));
    fenced(advance(&store, &group.key(0), first, 6).await, first, reset.epoch);
    assert_eq!(beat(&store, &group, node).await.leases[0].holder, None);
    assert_eq!(holders(&store, &group).await, [None, Some(node)]);
    assert_eq!(lease(&store, &group, 0, other).await, Some(at(0, 3)));
}
