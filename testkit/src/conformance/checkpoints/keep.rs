//! A checkpoint is kept, and moves forward only.

use super::{advance, advanced, at, claim, done, key, load};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, checkpoint::AdvanceError, limits,
};
use std::{collections::BTreeSet, sync::Arc};

/// Nothing was claimed, so nothing is there.
pub async fn what_was_never_claimed_is_not_there(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    assert_eq!(load(&store, &key("balances")).await, None);
}

/// A new checkpoint is at the start, and its first owner has epoch 1.
pub async fn the_first_claim_begins_at_the_start(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    assert_eq!(claim(&store, &key).await, at(0, 1));
    assert_eq!(load(&store, &key).await, Some(at(0, 1)));
}

/// To where its owner says.
pub async fn a_checkpoint_moves_forward(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let epoch = claim(&store, &key).await.epoch;
    for to in [1, 2, 7, 1_000] {
        advanced(&store, &key, epoch, to).await;
        assert_eq!(load(&store, &key).await, Some(at(to, 1)));
    }
}

/// A move to where it is changes nothing, and is no error.
pub async fn a_checkpoint_may_stay_where_it_is(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let epoch = claim(&store, &key).await.epoch;
    for to in [0, 7, 7] {
        advanced(&store, &key, epoch, to).await;
    }
    assert_eq!(load(&store, &key).await, Some(at(7, 1)));
}

/// See [`AdvanceError::Backward`].
pub async fn a_checkpoint_never_moves_back(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let epoch = claim(&store, &key).await.epoch;
    advanced(&store, &key, epoch, 7).await;
    for to in [6, 0] {
        match advance(&store, &key, epoch, to).await {
            Err(AdvanceError::Backward { key: found, from, to: refused, .. }) => {
                assert_eq!((found, from.get(), refused.get()), (key.clone(), 7, to));
            }
            other => panic!("expected that a move back is refused, not {other:?}"),
        }
        assert_eq!(load(&store, &key).await, Some(at(7, 1)));
    }
    advanced(&store, &key, epoch, 8).await;
}

/// Up to the largest position that there is.
pub async fn a_checkpoint_may_be_at_the_largest_position(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    let epoch = claim(&store, &key).await.epoch;
    advanced(&store, &key, epoch, Position::MAX.get()).await;
    assert_eq!(load(&store, &key).await.map(|found| found.position), Some(Position::MAX));
}

/// Whatever the order in which moves at once arrive.
pub async fn moves_at_once_end_at_the_farthest(place: impl Fixture<Store: CheckpointStore>) {
    let store = Arc::new(place.open().await);
    let key = key("balances");
    let epoch = claim(&*store, &key).await.epoch;
    at_once(16, |task| {
        let (store, key) = (Arc::clone(&store), key.clone());
        async move {
            // 5 is prime to 16, so that every number comes once.
            match advance(&*store, &key, epoch, task as u64 * 5 % 16).await {
                Ok(()) | Err(AdvanceError::Backward { .. }) => {}
                Err(other) => panic!("expected a move, or a refused move back, not {other:?}"),
            }
        }
    })
    .await;
    assert_eq!(load(&*store, &key).await, Some(at(15, 1)));
}

/// Whoever uses another name does other work.
pub async fn consumers_have_checkpoints_of_their_own(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let first = key("balances");
    let epoch = claim(&store, &first).await.epoch;
    advanced(&store, &first, epoch, 3).await;
    for name in ["Balances", "balances ", "balance", "balances%", "balances_v2"] {
        let other = CheckpointKey::new(name.parse().expect("a name"), first.log);
        assert_eq!(load(&store, &other).await, None, "of {name:?}");
        assert_eq!(claim(&store, &other).await, at(0, 1), "of {name:?}");
    }
    assert_eq!(load(&store, &first).await, Some(at(3, 1)));
}

/// Each share of the log has its own place.
pub async fn partitions_have_checkpoints_of_their_own(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let key = key("balances");
    for partition in [0, 1, 2, 0x7fff, 0x8000, u16::MAX] {
        let key = key.clone().partition(partition);
        assert_eq!(load(&store, &key).await, None, "of partition {partition}");
        let epoch = claim(&store, &key).await.epoch;
        advanced(&store, &key, epoch, u64::from(partition) + 10).await;
    }
    for partition in [0, 1, 2, 0x7fff, 0x8000, u16::MAX] {
        let found = load(&store, &key.clone().partition(partition)).await;
        assert_eq!(found, Some(at(u64::from(partition) + 10, 1)), "of partition {partition}");
    }
}

/// A place in one log is no place in another.
pub async fn logs_have_checkpoints_of_their_own(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let here = key("balances");
    let elsewhere = CheckpointKey::new(here.consumer.clone(), LogId::random());
    let epoch = claim(&store, &here).await.epoch;
    advanced(&store, &here, epoch, 3).await;
    assert_eq!(load(&store, &elsewhere).await, None);
    assert_eq!(claim(&store, &elsewhere).await, at(0, 1));
    assert_eq!(load(&store, &here).await, Some(at(3, 1)));
}

/// See [`limits::CONSUMER_NAME_BYTES`].
pub async fn a_consumer_may_have_any_name(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let longest = "n".repeat(limits::CONSUMER_NAME_BYTES);
    for name in [longest.as_str(), "gr\u{f6}\u{df}e \u{1f600}", "'; --", "a/b", "%"] {
        let key = key(name);
        let epoch = claim(&store, &key).await.epoch;
        advanced(&store, &key, epoch, 5).await;
        assert_eq!(load(&store, &key).await, Some(at(5, 1)), "of {name:?}");
        assert_eq!(done(store.logs(&key.consumer).await), [key.log], "of {name:?}");
    }
}

/// Each log once, in any partition, and none of another consumer.
pub async fn the_logs_of_a_consumer_are_listed(place: impl Fixture<Store: CheckpointStore>) {
    let store = place.open().await;
    let (one, two, other) = (key("balances"), key("balances"), key("totals"));
    assert_eq!(done(store.logs(&one.consumer).await), []);
    for key in [one.clone(), one.clone().partition(7), two.clone().partition(3), other.clone()] {
        claim(&store, &key).await;
    }
    let logs = done(store.logs(&one.consumer).await);
    assert_eq!(logs.len(), 2, "{logs:?}");
    assert_eq!(logs.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([one.log, two.log]));
    assert_eq!(done(store.logs(&other.consumer).await), [other.log]);
    let nobody: ConsumerName = "nobody".parse().expect("a name");
    assert_eq!(done(store.logs(&nobody).await), []);
}
