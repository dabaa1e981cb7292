//! Generations of stores that keep what they have, and of stores that are open twice.

use super::{bring, consumer, done, generations, only, rebuild};
use crate::conformance::Fixture;
use factum_core::{
    LogId,
    lease::LeaseStore,
    sink::{GenerationStore, Generations},
};

/// With which is read, which is being made and held, and the numbers that were given.
pub async fn generations_survive(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    let (given_up, held) = (consumer("given_up"), consumer("held"));
    assert_eq!(rebuild(&store, &balances).await, 1);
    bring(&store, &balances, log, 1, &[4]).await;
    assert!(done(store.activate(&balances, log, 1).await));
    rebuild(&store, &given_up).await;
    done(store.abandon(&given_up).await);
    assert_eq!(done(store.rebuild(&held, true).await), 1);
    drop(store);
    let again = place.open().await;
    assert_eq!(generations(&again, &balances).await, only(1));
    assert_eq!(generations(&again, &given_up).await, only(0));
    assert_eq!(generations(&again, &held).await, Generations::new(0, Some(1), true));
    assert_eq!(rebuild(&again, &balances).await, 2);
    assert_eq!(rebuild(&again, &given_up).await, 2);
    bring(&again, &balances, log, 2, &[3]).await;
    assert!(!done(again.activate(&balances, log, 2).await), "3 of 4");
}

/// From the moment on in which it is activated.
pub async fn what_one_activates_the_other_reads(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let (here, there) = (place.open().await, place.open().await);
    let (balances, log) = (consumer("balances"), LogId::random());
    bring(&here, &balances, log, 0, &[6]).await;
    assert_eq!(done(here.rebuild(&balances, true).await), 1);
    assert_eq!(generations(&there, &balances).await, Generations::new(0, Some(1), true));
    assert_eq!(done(there.rebuild(&balances, true).await), 1);
    bring(&there, &balances, log, 1, &[6]).await;
    assert!(!done(here.activate(&balances, log, 1).await));
    done(there.release_generation(&balances).await);
    assert!(done(here.activate(&balances, log, 1).await));
    assert_eq!(generations(&there, &balances).await, only(1));
    assert!(!done(there.activate(&balances, log, 1).await));
    assert_eq!(rebuild(&there, &balances).await, 2);
    done(here.abandon(&balances).await);
    assert_eq!(generations(&there, &balances).await, only(1));
}
