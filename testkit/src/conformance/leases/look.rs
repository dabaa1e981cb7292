//! Whoever looks on is told who is there and who has what.

use super::{NO_TIME, advanced, at, beat, beat_for, done, free, group, leased, leased_before, nodes};
use crate::conformance::Fixture;
use factum_core::lease::{Group, Lease, LeaseStore, Roll};

async fn groups(store: &impl LeaseStore) -> Vec<(Group, Roll)> {
    done(store.groups().await)
}

/// By the bytes of their names; what nobody runs any more is told too.
pub async fn all_groups_are_told_in_order(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let [node, other] = nodes();
    assert_eq!(groups(&store).await, []);
    let (zoo, apes, big) = (group("zoo", 2), group("apes", 1), group("Zoo", 3));
    for group in [&zoo, &apes, &big] {
        beat(&store, group, node).await;
    }
    beat(&store, &zoo, other).await;
    done(store.leave(&apes, node).await);
    let told = groups(&store).await;
    let told: Vec<_> =
        told.iter().map(|(group, roll)| (group.clone(), roll.nodes, roll.leases.len())).collect();
    assert_eq!(told, [(big, 1, 3), (apes, 0, 1), (zoo, 2, 2)]);
}

/// By the checkpoints as they are now, and by the store's clock.
pub async fn leases_are_told_while_they_last(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, gone]) = (group("balances", 3), nodes());
    beat(&store, &group, node).await;
    beat_for(&store, &group, gone, NO_TIME).await;
    let first = leased(&store, &group, 0, node).await;
    leased_before(&store, &group, 1, gone).await;
    advanced(&store, &group.key(0), first.epoch, 7).await;
    let roll = Roll::new(1, vec![Lease::new(at(7, 1), Some(node)), free(at(0, 1)), free(at(0, 0))]);
    assert_eq!(groups(&store).await, [(group.clone(), roll.clone())]);
    assert_eq!(roll.position().get(), 0);
    assert_eq!(groups(&store).await, [(group, roll)], "to look changes nothing");
}
