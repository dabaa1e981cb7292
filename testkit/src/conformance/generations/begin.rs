//! Somebody asks for a generation, and is given its number.

use super::{bring, consumer, done, generations, only, rebuild};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    LogId,
    lease::LeaseStore,
    sink::{GenerationStore, Generations},
};
use std::sync::Arc;

/// Without that anybody has said so.
pub async fn the_first_generation_is_active(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let balances = consumer("balances");
    assert_eq!(generations(&store, &balances).await, only(0));
    bring(&store, &balances, LogId::random(), 0, &[5]).await;
    assert_eq!(generations(&store, &balances).await, only(0));
}

/// Beside the one that is read.
pub async fn a_generation_is_begun(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let balances = consumer("balances");
    assert_eq!(rebuild(&store, &balances).await, 1);
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), false));
}

/// By its number, whoever asks.
pub async fn one_that_is_being_made_is_not_begun_again(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let balances = consumer("balances");
    for _ in 0..3 {
        assert_eq!(rebuild(&store, &balances).await, 1);
        assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), false));
    }
}

/// Of several who ask for the same one.
pub async fn who_asks_last_says_whether_it_is_held(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let balances = consumer("balances");
    for hold in [true, true, false, true] {
        assert_eq!(done(store.rebuild(&balances, hold).await), 1);
        assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), hold));
    }
}

/// Neither that of one that was given up, nor that of one that was read.
pub async fn no_number_is_given_twice(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    let mut active = 0;
    for number in 1..=6 {
        assert_eq!(rebuild(&store, &balances).await, number);
        if number % 3 == 0 {
            bring(&store, &balances, log, number, &[0]).await;
            assert!(done(store.activate(&balances, log, number).await), "generation {number}");
            active = number;
        } else {
            done(store.abandon(&balances).await);
        }
        assert_eq!(generations(&store, &balances).await, only(active));
    }
}

/// Each is given the same number.
pub async fn who_asks_at_once_is_given_one_generation(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = Arc::new(place.open().await);
    let balances = consumer("balances");
    for number in 1..=3 {
        let given = at_once(8, |_| {
            let (store, balances) = (Arc::clone(&store), balances.clone());
            async move { rebuild(&*store, &balances).await }
        })
        .await;
        assert_eq!(given, [number; 8]);
        assert_eq!(generations(&*store, &balances).await, Generations::new(0, Some(number), false));
        done(store.abandon(&balances).await);
    }
}

/// What happens to the one does not happen to the other, however alike their names are.
pub async fn consumers_have_generations_of_their_own(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let (balances, other, log) = (consumer("balances"), consumer("Balances"), LogId::random());
    assert_eq!(rebuild(&store, &balances).await, 1);
    assert_eq!(done(store.rebuild(&other, true).await), 1);
    bring(&store, &balances, log, 1, &[3]).await;
    bring(&store, &other, log, 1, &[3]).await;
    assert!(done(store.activate(&balances, log, 1).await));
    assert_eq!(generations(&store, &other).await, Generations::new(0, Some(1), true));
    done(store.abandon(&other).await);
    assert_eq!(generations(&store, &balances).await, only(1));
    assert_eq!(generations(&store, &other).await, only(0));
}
