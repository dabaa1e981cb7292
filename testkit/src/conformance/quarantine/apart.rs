//! What is parked for one consumer of one log is no other's.

use super::{Owner, account, at, done, failed, key, park, park_failed, parked, places, release, requests};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    CheckpointKey, CheckpointStore, LogId, QuarantineStore,
    quarantine::{Failure, Request},
};
use std::{collections::BTreeSet, sync::Arc};

/// Once for all its partitions and lanes, and for as long as it has something.
pub async fn who_has_something_is_listed(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut idle = Owner::of(&store, key("idle")).await;
    idle.change(&store, Vec::new()).await;
    let mut zero = Owner::new(&store).await;
    let mut one = Owner::of(&store, zero.key.clone().partition(1)).await;
    let mut there = Owner::of(&store, CheckpointKey::new(zero.key.consumer.clone(), LogId::random())).await;
    let mut totals = Owner::of(&store, key("totals")).await;
    for owner in [&mut zero, &mut one, &mut there, &mut totals] {
        owner.change(&store, [1, 2].map(|position| park(&account("a"), position)).into()).await;
        owner.change(&store, vec![park(&account(&owner.key.partition.to_string()), 3)]).await;
    }
    let names = |owner: &Owner| (owner.key.consumer.clone(), owner.key.log);
    let listed = done(store.quarantines().await);
    assert_eq!(listed.len(), 3, "{listed:?}");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), [&zero, &there, &totals].map(names).into());
    totals.change(&store, vec![release(&account("a"), 1), release(&account("a"), 2)]).await;
    assert_eq!(done(store.quarantines().await).len(), 3);
    totals.change(&store, vec![release(&account("0"), 3)]).await;
    let listed = done(store.quarantines().await);
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), [&zero, &there].map(names).into());
}

/// Whose names may be alike.
pub async fn consumers_have_quarantines_of_their_own(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut first = Owner::new(&store).await;
    for name in ["Balances", "balances ", "balance", "balances%", "gr\u{f6}\u{df}e \u{1f600}", "'; --"] {
        let key = CheckpointKey::new(name.parse().expect("a name"), first.key.log);
        are_apart(&store, &mut first, &mut Owner::of(&store, key).await).await;
    }
}

/// A consumer of several logs has one for each.
pub async fn logs_have_quarantines_of_their_own(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut here = Owner::new(&store).await;
    let there = CheckpointKey::new(here.key.consumer.clone(), LogId::random());
    are_apart(&store, &mut here, &mut Owner::of(&store, there).await).await;
}

/// Whatever is done to what one has parked, it is not done to the same event of the other.
async fn are_apart(store: &(impl CheckpointStore + QuarantineStore), one: &mut Owner, other: &mut Owner) {
    let lane = account("a");
    let between = format!("{} and {}", one.key, other.key);
    one.change(store, vec![park_failed(&lane, 1, "one")]).await;
    assert_eq!(parked(store, other.list()).await, [], "{between}");
    assert_eq!(other.ask(store, None, Request::Retry).await, 0, "{between}");
    other.change(store, vec![park_failed(&lane, 1, "other"), park(&lane, 2)]).await;
    let before = parked(store, one.list()).await;
    assert_eq!(before.len(), 1, "{between}");
    assert_eq!(before[0].failure, Some(Failure::new("one", 1)), "{between}");
    assert_eq!(parked(store, other.list()).await[0].failure, Some(Failure::new("other", 1)), "{between}");
    assert_eq!(other.ask(store, Some(&lane), Request::Retry).await, 1, "{between}");
    assert_eq!(requests(store, &one.key).await, [], "{between}");
    other.change(store, vec![failed(&lane, 1, Failure::new("again", 2))]).await;
    assert_eq!(other.ask(store, None, Request::Skip).await, 1, "{between}");
    assert_eq!(parked(store, one.list()).await, before, "{between}");
    other.change(store, vec![release(&lane, 1), release(&lane, 2)]).await;
    assert_eq!(parked(store, one.list()).await, before, "{between}");
    one.change(store, vec![release(&lane, 1)]).await;
}

/// Their owners do not wait for each other, nor lose anything of it.
pub async fn partitions_park_at_once(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = Arc::new(place.open().await);
    let first = Owner::new(&*store).await;
    at_once(8, |task| {
        let (store, key) = (Arc::clone(&store), first.key.clone().partition(task as u16));
        async move {
            let mut owner = Owner::of(&*store, key).await;
            let lane = account(&task.to_string());
            for position in 1..=10 {
                owner.change(&*store, vec![park(&lane, position)]).await;
            }
            owner.change(&*store, (1..10).map(|position| release(&lane, position)).collect()).await;
        }
    })
    .await;
    let expected = (0..8).map(|task| (account(&task.to_string()).to_string(), 10));
    assert_eq!(places(&*store, first.list()).await, expected.collect::<Vec<_>>());
    assert_eq!(places(&*store, first.list().partition(3)).await, at([("stream account-3", 10)]));
}
