//! The store's clock, which leases go by.

use super::{beat, done, group, lease, nodes};
use crate::conformance::{Fixture, steps::at_once};
use chrono::TimeDelta;
use factum_core::{Timestamp, lease::LeaseStore};
use std::{sync::Arc, time::Duration};

const A_WHILE: Duration = Duration::from_millis(20);

/// What it is asked is told at once, in microseconds.
async fn now(store: &impl LeaseStore) -> Timestamp {
    let now = done(store.now().await);
    assert_eq!(now.timestamp_subsec_nanos() % 1_000, 0, "{now} is finer than microseconds");
    now
}

/// Whoever of many asks.
pub async fn time_does_not_go_back(place: impl Fixture<Store: LeaseStore>) {
    let store = Arc::new(place.open().await);
    let begin = now(&*store).await;
    let each = at_once(8, |_| {
        let store = Arc::clone(&store);
        async move {
            let mut last = now(&*store).await;
            for _ in 0..20 {
                let next = now(&*store).await;
                assert!(next >= last, "it was {last}, and is {next} now");
                last = next;
            }
            last
        }
    })
    .await;
    let end = now(&*store).await;
    for last in each {
        assert!(begin <= last && last <= end, "between {begin} and {end}, one was told {last}");
    }
}

/// And the time is told that it is then.
pub async fn a_time_is_waited_for(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let time = now(&store).await + A_WHILE;
    let told = done(store.wait_until(time).await);
    let then = now(&store).await;
    assert!(time <= told && told <= then, "waited for {time}, was told {told}, when it was not yet {then}");
}

/// The time is told that it is, which may be a long time later.
pub async fn a_time_that_has_come_is_not_waited_for(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let before = now(&store).await;
    for time in [before, before - TimeDelta::days(1), Timestamp::UNIX_EPOCH] {
        let told = done(store.wait_until(time).await);
        let then = now(&store).await;
        assert!(before <= told && told <= then, "waited for {time}, was told {told} at {then}");
    }
}

/// One that was given for some time has ended when this clock shows the end of it.
pub async fn leases_end_by_the_time_that_is_told(place: impl Fixture<Store: LeaseStore>) {
    let store = place.open().await;
    let (group, [node, other]) = (group("balances", 1), nodes());
    beat(&store, &group, node).await;
    let given = done(store.lease(&group, 0, node, A_WHILE).await);
    assert!(given.is_some(), "a free partition is not given");
    // The store keeps the end in milliseconds at least.
    let end = now(&store).await + A_WHILE + Duration::from_millis(1);
    done(store.wait_until(end).await);
    assert!(lease(&store, &group, 0, other).await.is_some(), "a lease has not ended at {end}");
}

/// Whichever of them is asked.
pub async fn both_tell_the_same_time(place: impl Fixture<Store: LeaseStore>) {
    let (here, there) = (place.open().await, place.open().await);
    let mut last = now(&here).await;
    for _ in 0..20 {
        for store in [&there, &here] {
            let next = now(store).await;
            assert!(next >= last, "one said {last}, and then the other {next}");
            last = next;
        }
    }
}
