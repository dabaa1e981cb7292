//! Checkpoints of stores that keep what they have, and of stores that are open twice.

use super::{advance, advanced, at, claim, done, fenced, key, load};
use crate::conformance::Fixture;
use factum_core::CheckpointStore;

/// With their positions and epochs.
pub async fn checkpoints_survive(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let (moved, claimed) = (key("balances"), key("totals").partition(3));
    claim(&store, &moved).await;
    let epoch = claim(&store, &moved).await.epoch;
    advanced(&store, &moved, epoch, 7).await;
    claim(&store, &claimed).await;
    drop(store);
    let again = place.open().await;
    assert_eq!(load(&again, &moved).await, Some(at(7, 2)));
    assert_eq!(load(&again, &claimed).await, Some(at(0, 1)));
    assert_eq!(done(again.logs(&claimed.consumer).await), [claimed.log]);
}

/// Whoever was deposed before is deposed afterwards.
pub async fn owners_stay_deposed(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let first = claim(&store, &key).await.epoch;
    let second = claim(&store, &key).await.epoch;
    drop(store);
    let again = place.open().await;
    fenced(advance(&again, &key, first, 1).await, &key, first, second);
    advanced(&again, &key, second, 1).await;
    assert_eq!(claim(&again, &key).await, at(1, 3));
}

/// A claim by one deposes the owner that has the other open.
pub async fn a_claim_deposes_the_owner_of_the_other(place: impl Fixture<Store: CheckpointStore>) {
    let (one, other) = (place.open().await, place.open().await);
    let key = key("balances");
    let first = claim(&one, &key).await.epoch;
    advanced(&one, &key, first, 3).await;
    let second = claim(&other, &key).await;
    assert_eq!(second, at(3, 2));
    fenced(advance(&one, &key, first, 4).await, &key, first, second.epoch);
    advanced(&other, &key, second.epoch, 5).await;
    assert_eq!(load(&one, &key).await, Some(at(5, 2)));
}
