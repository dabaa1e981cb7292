//! Of two owners only the one that claimed last can move a checkpoint.

use super::{advance, advanced, at, claim, done, fenced, key, load};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    CheckpointStore,
    checkpoint::{AdvanceError, Epoch},
};
use std::sync::Arc;

/// Its work goes on where it was.
pub async fn a_claim_keeps_the_position(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let first = claim(&store, &key).await;
    advanced(&store, &key, first.epoch, 3).await;
    assert_eq!(claim(&store, &key).await, at(3, 2));
    assert_eq!(load(&store, &key).await, Some(at(3, 2)));
}

/// By one.
pub async fn the_epoch_grows_with_every_claim(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    for epoch in 1..=5 {
        assert_eq!(claim(&store, &key).await.epoch, Epoch::new(epoch));
    }
}

/// See [`AdvanceError::Fenced`].
pub async fn a_deposed_owner_cannot_move_it(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let first = claim(&store, &key).await.epoch;
    advanced(&store, &key, first, 3).await;
    let second = claim(&store, &key).await.epoch;
    for to in [2, 3, 4] {
        fenced(advance(&store, &key, first, to).await, &key, first, second);
        assert_eq!(load(&store, &key).await, Some(at(3, 2)));
    }
    advanced(&store, &key, second, 5).await;
    fenced(advance(&store, &key, first, 6).await, &key, first, second);
}

/// An epoch that nobody was given yet owns nothing.
pub async fn an_owner_to_come_cannot_move_it(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let now = claim(&store, &key).await.epoch;
    fenced(advance(&store, &key, now.next(), 4).await, &key, now.next(), now);
    assert_eq!(load(&store, &key).await, Some(at(0, 1)));
}

/// A checkpoint that was never claimed belongs to nobody, and a move does not make it.
pub async fn what_was_never_claimed_cannot_be_moved(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    for epoch in [0, 1].map(Epoch::new) {
        fenced(advance(&store, &key, epoch, 4).await, &key, epoch, Epoch::new(0));
        assert_eq!(load(&store, &key).await, None);
    }
    assert_eq!(done(store.logs(&key.consumer).await), []);
}

/// Each partition has an owner of its own.
pub async fn an_owner_of_one_partition_owns_no_other(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let (zero, one) = (key("balances"), key("balances").partition(1));
    let first = claim(&store, &zero).await.epoch;
    claim(&store, &one).await;
    claim(&store, &one).await;
    advanced(&store, &zero, first, 4).await;
    fenced(advance(&store, &one, first, 4).await, &one, first, Epoch::new(2));
}

/// Of many that claim at once, each is given an epoch of its own, and the last of them is the owner.
pub async fn claims_at_once_have_different_epochs(place: impl Fixture<Store: CheckpointStore>) {
    let store = Arc::new(place.open().await);
    let key = key("balances");
    let mut epochs = at_once(16, |_| {
        let (store, key) = (Arc::clone(&store), key.clone());
        async move { claim(&*store, &key).await.epoch.get() }
    })
    .await;
    epochs.sort_unstable();
    assert_eq!(epochs, (1..=16).collect::<Vec<_>>());
    advanced(&*store, &key, Epoch::new(16), 1).await;
}

/// Whoever claims sees the last move of those before, since none comes after the claim.
pub async fn no_move_of_a_deposed_owner_comes_after_the_claim(place: impl Fixture<Store: CheckpointStore>) {
    let store = Arc::new(place.open().await);
    let key = key("balances");
    let owners = at_once(6, |_| {
        let (store, key) = (Arc::clone(&store), key.clone());
        async move {
            let mine = claim(&*store, &key).await;
            let mut reached = mine.position.get();
            for _ in 0..20 {
                match advance(&*store, &key, mine.epoch, reached + 1).await {
                    Ok(()) => reached += 1,
                    Err(AdvanceError::Fenced { .. }) => break,
                    Err(other) => panic!("expected a move or to be deposed, not {other:?}"),
                }
                tokio::task::yield_now().await;
            }
            (mine.epoch, mine.position.get(), reached)
        }
    });
    let mut owners = owners.await;
    owners.sort_unstable();
    for pair in owners.windows(2) {
        let ((_, _, reached), (epoch, began, _)) = (pair[0], pair[1]);
        assert_eq!(began, reached, "where owner {epoch} began, and how far the one before came");
    }
    let (epoch, _, reached) = owners[5];
    assert_eq!(load(&*store, &key).await, Some(at(reached, epoch.get())));
}
