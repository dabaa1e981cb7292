//! A generation is held, released, or given up.

use super::{bring, consumer, done, generations, only, rebuild};
use crate::conformance::Fixture;
use factum_core::{
    LogId,
    lease::LeaseStore,
    sink::{GenerationStore, Generations},
};

/// Nor is it activated any more, however far it has come.
pub async fn what_is_given_up_is_not_made(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    let given_up = rebuild(&store, &balances).await;
    bring(&store, &balances, log, given_up, &[7]).await;
    done(store.abandon(&balances).await);
    assert_eq!(generations(&store, &balances).await, only(0));
    assert!(!done(store.activate(&balances, log, given_up).await));
    let next = rebuild(&store, &balances).await;
    assert!(!done(store.activate(&balances, log, given_up).await), "another one is being made");
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(next), false));
}

/// Nothing happens.
pub async fn what_is_not_made_may_be_given_up_and_released(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let balances = consumer("balances");
    done(store.abandon(&balances).await);
    done(store.release_generation(&balances).await);
    assert_eq!(generations(&store, &balances).await, only(0));
    assert_eq!(done(store.rebuild(&balances, true).await), 1);
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), true));
    for _ in 0..2 {
        done(store.abandon(&balances).await);
        assert_eq!(generations(&store, &balances).await, only(0));
    }
}

/// However far it has come.
pub async fn what_is_held_is_not_activated_before_it_is_released(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    assert_eq!(done(store.rebuild(&balances, true).await), 1);
    bring(&store, &balances, log, 1, &[9]).await;
    assert!(!done(store.activate(&balances, log, 1).await));
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), true));
    done(store.release_generation(&balances).await);
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), false));
    assert!(done(store.activate(&balances, log, 1).await));
    assert_eq!(generations(&store, &balances).await, only(1));
}

/// Whatever became of the one before.
pub async fn another_generation_is_not_held_by_that(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    assert_eq!(done(store.rebuild(&balances, true).await), 1);
    done(store.abandon(&balances).await);
    assert_eq!(rebuild(&store, &balances).await, 2);
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(2), false));
    bring(&store, &balances, log, 2, &[0]).await;
    assert!(done(store.activate(&balances, log, 2).await));
    done(store.release_generation(&balances).await);
    assert_eq!(done(store.rebuild(&balances, true).await), 3);
    assert_eq!(generations(&store, &balances).await, Generations::new(2, Some(3), true));
}
