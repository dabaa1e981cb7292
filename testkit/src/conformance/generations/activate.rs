//! A generation takes the place of the one that is read when it has come as far.

use super::{bring, consumer, done, generations, only, rebuild};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    ConsumerName, LogId,
    lease::LeaseStore,
    sink::{GenerationStore, Generations},
};
use std::sync::Arc;

/// Tries to activate it; it is either read from then on, or nothing has changed.
async fn activate(store: &impl GenerationStore, consumer: &ConsumerName, log: LogId, number: u32) -> bool {
    let before = generations(store, consumer).await;
    let activated = done(store.activate(consumer, log, number).await);
    let expected = if activated { only(number) } else { before };
    assert_eq!(generations(store, consumer).await, expected, "activated: {activated}");
    activated
}

/// And not before that.
pub async fn one_that_has_come_as_far_is_activated(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    bring(&store, &balances, log, 0, &[7]).await;
    assert_eq!(rebuild(&store, &balances).await, 1);
    for to in [0, 3, 6] {
        bring(&store, &balances, log, 1, &[to]).await;
        assert!(!activate(&store, &balances, log, 1).await, "at {to} of 7");
    }
    bring(&store, &balances, log, 1, &[7]).await;
    assert!(activate(&store, &balances, log, 1).await);
}

/// What one is ahead does not make up for what another is behind.
pub async fn each_partition_has_to_have_come_as_far(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    bring(&store, &balances, log, 0, &[5, 9, 2]).await;
    assert_eq!(rebuild(&store, &balances).await, 1);
    for to in [[0, 0, 2], [4, 8, 20], [5, 8, 20]] {
        bring(&store, &balances, log, 1, &to).await;
        assert!(!activate(&store, &balances, log, 1).await, "at {to:?}");
    }
    bring(&store, &balances, log, 1, &[5, 9, 20]).await;
    assert!(activate(&store, &balances, log, 1).await);
}

/// Since it is not known in which of them an event is, each has to be as far as all of the other.
pub async fn parted_otherwise_each_has_to_have_come_as_far_as_all(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    for (name, old, short, far) in [
        ("more", vec![5, 9], vec![9, 9, 8], vec![9, 9, 9]),
        ("fewer", vec![4, 9, 6], vec![8, 20], vec![9, 20]),
        ("one", vec![3, 2], vec![2], vec![3]),
        ("of_one", vec![3], vec![3, 0], vec![3, 3]),
    ] {
        let (name, log) = (consumer(name), LogId::random());
        bring(&store, &name, log, 0, &old).await;
        assert_eq!(rebuild(&store, &name).await, 1);
        bring(&store, &name, log, 1, &short).await;
        assert!(!activate(&store, &name, log, 1).await, "{short:?} beside {old:?}");
        bring(&store, &name, log, 1, &far).await;
        assert!(activate(&store, &name, log, 1).await, "{far:?} beside {old:?}");
    }
}

/// It has no checkpoints, so nothing is known to be in it.
pub async fn one_that_nobody_makes_is_not_activated(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    assert_eq!(rebuild(&store, &balances).await, 1);
    assert!(!activate(&store, &balances, log, 1).await);
    bring(&store, &balances, log, 0, &[0]).await;
    assert!(!activate(&store, &balances, log, 1).await);
    bring(&store, &balances, log, 1, &[0]).await;
    assert!(activate(&store, &balances, log, 1).await);
}

/// No other, be it read, given up, or never begun.
pub async fn only_what_is_being_made_is_activated(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    for generation in 0..4 {
        bring(&store, &balances, log, generation, &[1]).await;
        assert!(!activate(&store, &balances, log, generation).await, "nothing is being made");
    }
    assert_eq!(rebuild(&store, &balances).await, 1);
    for other in [0, 2, 3] {
        assert!(!activate(&store, &balances, log, other).await, "{other} is not being made");
    }
    assert_eq!(generations(&store, &balances).await, Generations::new(0, Some(1), false));
    assert!(activate(&store, &balances, log, 1).await);
    assert!(!activate(&store, &balances, log, 1).await, "it is active");
}

/// Which need not be the first.
pub async fn it_is_compared_with_the_one_that_is_read(
    place: impl Fixture<Store: LeaseStore + GenerationStore>,
) {
    let store = place.open().await;
    let (balances, log) = (consumer("balances"), LogId::random());
    bring(&store, &balances, log, 0, &[3]).await;
    assert_eq!(rebuild(&store, &balances).await, 1);
    bring(&store, &balances, log, 1, &[9]).await;
    assert!(activate(&store, &balances, log, 1).await);
    assert_eq!(rebuild(&store, &balances).await, 2);
    bring(&store, &balances, log, 2, &[8]).await;
    assert!(!activate(&store, &balances, log, 2).await, "8 of 9");
    bring(&store, &balances, log, 2, &[9]).await;
    assert!(activate(&store, &balances, log, 2).await);
}

/// Where both have checkpoints too.
pub async fn other_logs_say_nothing(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = place.open().await;
    let (balances, log, other) = (consumer("balances"), LogId::random(), LogId::random());
    bring(&store, &balances, log, 0, &[5]).await;
    bring(&store, &balances, other, 0, &[50]).await;
    assert_eq!(rebuild(&store, &balances).await, 1);
    bring(&store, &balances, other, 1, &[50]).await;
    assert!(!activate(&store, &balances, log, 1).await);
    bring(&store, &balances, log, 1, &[4]).await;
    assert!(!activate(&store, &balances, log, 1).await);
    bring(&store, &balances, log, 1, &[5]).await;
    assert!(activate(&store, &balances, log, 1).await);
}

/// All nodes that run a consumer try to.
pub async fn of_many_at_once_one_activates_it(place: impl Fixture<Store: LeaseStore + GenerationStore>) {
    let store = Arc::new(place.open().await);
    let (balances, log) = (consumer("balances"), LogId::random());
    bring(&*store, &balances, log, 0, &[2, 2]).await;
    for number in 1..=3 {
        assert_eq!(rebuild(&*store, &balances).await, number);
        bring(&*store, &balances, log, number, &[2, 2]).await;
        let activated = at_once(8, |_| {
            let (store, balances) = (Arc::clone(&store), balances.clone());
            async move { done(store.activate(&balances, log, number).await) }
        })
        .await;
        assert_eq!(activated.iter().filter(|activated| **activated).count(), 1, "{activated:?}");
        assert_eq!(generations(&*store, &balances).await, only(number));
    }
}
