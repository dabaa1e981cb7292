//! What a monitoring system is told. Each test runs on one thread, whose recorder it is that is told.

use crate::{
    log::{append_in, positions, small},
    place::{Place, until},
    recorder::Told,
    role::{GRANTS, Role},
};
use factum_core::EventAppender;
use std::collections::BTreeSet;

#[tokio::test]
async fn while_somebody_holds_readers_up_and_afterwards() {
    let place = Place::new().await;
    let told = Told::of(place.schema());
    let _here = metrics::set_default_local_recorder(&told);
    let store = place.open().await;
    let all = ["position", "newest_position", "lag_positions", "held", "held_seconds", "holders"];
    let is = |name: &str| told.gauge(name);
    until("the first look", async || !told.names().is_empty()).await;
    assert_eq!(all.map(is), [0.0; 6]);
    let names = all.into_iter().chain(["failed_looks_total"]).map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!((told.names(), told.described()), (names.clone(), names));

    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, small("a")).await;
    let mut other = store.pool().begin().await.unwrap();
    append_in(&store, &mut other, small("b")).await;
    store.append_one(small("c")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    let present = ["position", "newest_position", "lag_positions", "held", "holders"].map(is);
    assert_eq!(present, [0.0, 3.0, 3.0, 1.0, 2.0]);
    until("the time to go on", async || is("held_seconds") > 0.05).await;
    let health = store.health();
    assert!(is("held_seconds") <= health.held.unwrap().as_secs_f64(), "{health:?}");

    other.rollback().await.unwrap();
    until("one to be left", async || is("holders") == 1.0).await;
    assert_eq!((is("held"), is("position")), (1.0, 0.0));
    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 3]);
    until("the mark to go on", async || is("position") == 3.0).await;
    assert_eq!(all.map(is), [3.0, 3.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(told.counter("failed_looks_total"), 0);
}

/// The gauges stay as they were, and the time does not begin anew.
#[tokio::test]
async fn and_each_look_that_fails_is_counted() {
    let place = Place::new().await;
    let other = place.open().await;
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    let mut late = other.pool().begin().await.unwrap();
    append_in(&other, &mut late, small("a")).await;
    other.append_one(small("b")).await.unwrap();
    // Its task looks no more, so that only the one of the role does.
    drop(other);
    let told = Told::of(place.schema());
    let _here = metrics::set_default_local_recorder(&told);
    let store = role.open().await;
    let held = || store.health().held.unwrap_or_default();
    until("readers to have waited for a while", async || held().as_millis() >= 200).await;
    assert_eq!((told.counter("failed_looks_total"), told.gauge("held")), (0, 1.0));
    let before = held();

    role.run("REVOKE SELECT ON factum.events FROM application").await;
    until("some looks to fail", async || told.counter("failed_looks_total") >= 2).await;
    assert!(store.health().failure.is_some() && told.gauge("held") == 1.0, "{:?}", store.health());
    role.run("GRANT SELECT ON factum.events TO application").await;
    until("a look to succeed", async || store.health().failure.is_none()).await;
    assert!(held() > before, "{before:?}, then {:?}", store.health());
    late.rollback().await.unwrap();
    drop(store);
    role.drop().await;
}
