//! Leases of stores that keep what they have, and of stores that are open twice.

use super::{
    HOUR, advance, advanced, at, beat, done, fenced, group, holders, lease, leased, leased_before, nodes,
    parted,
};
use crate::conformance::Fixture;
use factum_core::lease::LeaseStore;

/// With their holders and epochs, and so do those that have ended.
pub async fn leases_survive(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 3), nodes());
    beat(&store, &group, node).await;
    let epoch = leased(&store, &group, 0, node).await.epoch;
    advanced(&store, &group.key(0), epoch, 5).await;
    let ended = leased_before(&store, &group, 1, other).await.epoch;
    drop(store);
    let again = place.open().await;
    assert_eq!(holders(&again, &group).await, [Some(node), None, None]);
    assert_eq!(lease(&again, &group, 0, other).await, None);
    advanced(&again, &group.key(0), epoch, 6).await;
    assert_eq!(lease(&again, &group, 0, node).await, Some(at(6, 2)));
    advanced(&again, &group.key(1), ended, 1).await;
    let taken = leased(&again, &group, 1, node).await;
    assert_eq!(taken, at(1, 2));
    fenced(advance(&again, &group.key(1), ended, 2).await, ended, taken.epoch);
}

/// With their nodes and the number of their partitions.
pub async fn groups_survive(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [one, two, gone]) = (group("balances", 3), nodes());
    for node in [one, two, gone] {
        beat(&store, &group, node).await;
    }
    done(store.leave(&group, gone).await);
    drop(store);
    let again = place.open().await;
    assert_eq!(lease(&again, &parted(&group, 2), 0, one).await, None);
    let outcome = again.beat(&parted(&group, 2), one, HOUR).await;
    assert!(matches!(&outcome, Err(error) if error.is_incompatible()), "{outcome:?}");
    assert_eq!(lease(&again, &group, 2, one).await, Some(at(0, 1)));
    assert_eq!(beat(&again, &group, one).await.nodes, 2);
}

/// Each sees the nodes and the leases of the other.
pub async fn what_one_leases_the_other_does_not(place: impl Fixture<Store: LeaseStore>) {
    let (here, there) = (place.open().await, place.open().await);
    let (group, [one, two]) = (group("balances", 2), nodes());
    assert_eq!(beat(&here, &group, one).await.nodes, 1);
    assert_eq!(beat(&there, &group, two).await.nodes, 2);
    let epoch = leased(&here, &group, 0, one).await.epoch;
    assert_eq!(lease(&there, &group, 0, two).await, None);
    assert_eq!(holders(&there, &group).await, [Some(one), None]);
    leased_before(&there, &group, 1, two).await;
    leased(&here, &group, 1, one).await;
    done(here.release(&group.key(0), one).await);
    let taken = leased(&there, &group, 0, two).await;
    assert_eq!(taken, at(0, 2));
    fenced(advance(&here, &group.key(0), epoch, 1).await, epoch, taken.epoch);
    done(there.leave(&group, two).await);
    assert_eq!(holders(&here, &group).await, [None, Some(one)]);
    assert_eq!(beat(&here, &group, one).await.nodes, 1);
}
