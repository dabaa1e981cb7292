//! What no sender delivers any more can be forgotten.

use super::{MANY, billing, consumer, done, known, many, receive, receive_later, time};
use crate::conformance::Fixture;
use chrono::DateTime;
use factum_core::{InboxStore, Timestamp};

/// And counted; what was received later is kept.
pub async fn what_was_received_before_a_time_is_forgotten(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    receive(&store, &billing(), &["a", "b"]).await;
    let later = receive_later(&store, &billing(), "a").await;
    let now = time(&store, &billing(), &later).await;
    let forgotten = done(store.forget(&billing(), now).await);
    assert!(forgotten >= 2, "2 messages, and perhaps some between them and the last; not {forgotten}");
    assert_eq!(known(&store, &billing(), &["a", "b", &later]).await, [false, false, true]);
    assert_eq!(done(store.forget(&billing(), now).await), 0);
}

/// It was not received before.
pub async fn what_was_received_at_that_time_is_kept(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    receive(&store, &billing(), &["a"]).await;
    let at = time(&store, &billing(), "a").await;
    assert_eq!(done(store.forget(&billing(), at).await), 0);
    assert_eq!(known(&store, &billing(), &["a"]).await, [true]);
    assert_eq!(done(store.forget(&billing(), at + chrono::TimeDelta::microseconds(1)).await), 1);
    assert_eq!(known(&store, &billing(), &["a"]).await, [false]);
}

/// Once.
pub async fn a_forgotten_message_is_new_again(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    for _ in 0..3 {
        assert_eq!(receive(&store, &billing(), &["a"]).await, [true]);
        assert_eq!(receive(&store, &billing(), &["a"]).await, [false]);
        assert_eq!(done(store.forget(&billing(), the_end()).await), 1);
    }
}

/// Others may have to remember for longer.
pub async fn each_consumer_forgets_its_own(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    for name in ["billing", "shipping", "Billing"] {
        receive(&store, &consumer(name), &["a", "b"]).await;
    }
    assert_eq!(done(store.forget(&billing(), the_end()).await), 2);
    for (name, expected) in [("billing", false), ("shipping", true), ("Billing", true)] {
        assert_eq!(known(&store, &consumer(name), &["a", "b"]).await, [expected; 2], "of {name:?}");
    }
}

/// There is nothing to count.
pub async fn nothing_can_be_forgotten(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    assert_eq!(done(store.forget(&billing(), the_end()).await), 0);
    receive(&store, &consumer("shipping"), &["a"]).await;
    assert_eq!(done(store.forget(&billing(), the_end()).await), 0);
}

/// In one call.
pub async fn many_messages_are_forgotten(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    let all = many();
    done(store.receive(&billing(), &all).await);
    assert_eq!(done(store.forget(&billing(), the_end()).await), MANY as u64);
    assert!(done(store.received(&billing(), &all).await) == vec![None; MANY], "none of them is known");
}

/// Also one that the store itself could not keep.
pub async fn any_time_will_do(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    receive(&store, &billing(), &["a"]).await;
    for time in [Timestamp::MIN_UTC, DateTime::UNIX_EPOCH] {
        assert_eq!(done(store.forget(&billing(), time).await), 0, "before {time}");
    }
    assert_eq!(done(store.forget(&billing(), Timestamp::MAX_UTC).await), 1);
}

/// Later than anything that a case receives.
fn the_end() -> Timestamp {
    DateTime::from_timestamp(32_503_680_000, 0).expect("the year 3000 is in range")
}
