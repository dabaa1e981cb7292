//! A reset sets a checkpoint back, and deposes its owner.

use super::{advance, advanced, at, claim, done, fenced, key, load};
use crate::conformance::Fixture;
use factum_core::{CheckpointStore, checkpoint::Epoch};

/// To the start.
pub async fn a_reset_goes_back_to_the_start(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let first = claim(&store, &key).await.epoch;
    advanced(&store, &key, first, 3).await;
    assert_eq!(done(store.reset(&key).await), at(0, 2));
    assert_eq!(load(&store, &key).await, Some(at(0, 2)));
}

/// The owner before it cannot go on.
pub async fn a_reset_deposes_the_owner(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let first = claim(&store, &key).await.epoch;
    let second = done(store.reset(&key).await).epoch;
    fenced(advance(&store, &key, first, 4).await, &key, first, second);
    advanced(&store, &key, second, 1).await;
    assert_eq!(load(&store, &key).await, Some(at(1, 2)));
}

/// It is then at the start, claimed by whoever has reset it.
pub async fn what_was_never_claimed_can_be_reset(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    assert_eq!(done(store.reset(&key).await), at(0, 1));
    advanced(&store, &key, Epoch::new(1), 1).await;
    assert_eq!(done(store.logs(&key.consumer).await), [key.log]);
}

/// Others keep their place.
pub async fn a_reset_is_of_one_checkpoint(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let reset = key("balances");
    let others = [reset.clone().partition(1), key("balances"), key("totals")];
    for key in others.iter().chain([&reset]) {
        let epoch = claim(&store, key).await.epoch;
        advanced(&store, key, epoch, 3).await;
    }
    done(store.reset(&reset).await);
    for key in &others {
        assert_eq!(load(&store, key).await, Some(at(3, 1)), "of {key}");
    }
}
