//! Inboxes of stores that keep what they have, and of stores that are open twice.

use super::{billing, consumer, done, known, receive, receive_later, time};
use crate::conformance::Fixture;
use factum_core::InboxStore;

/// With the times at which they were received; and what was forgotten stays so.
pub async fn messages_survive(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    receive(&store, &billing(), &["a"]).await;
    receive(&store, &consumer("shipping"), &["b"]).await;
    let later = receive_later(&store, &billing(), "a").await;
    let at = time(&store, &billing(), &later).await;
    done(store.forget(&billing(), at).await);
    drop(store);
    let again = place.open().await;
    assert_eq!(time(&again, &billing(), &later).await, at);
    assert_eq!(receive(&again, &billing(), &["a", &later, "b"]).await, [true, false, true]);
    assert_eq!(known(&again, &consumer("shipping"), &["a", "b"]).await, [false, true]);
}

/// And what one has forgotten is new to the other.
pub async fn what_one_has_received_the_other_knows(place: impl Fixture<Store: InboxStore>) {
    let (one, other) = (place.open().await, place.open().await);
    assert_eq!(receive(&one, &billing(), &["a"]).await, [true]);
    assert_eq!(known(&other, &billing(), &["a"]).await, [true]);
    assert_eq!(receive(&other, &billing(), &["b", "a"]).await, [true, false]);
    assert_eq!(receive(&one, &billing(), &["b"]).await, [false]);
    let later = receive_later(&other, &billing(), "b").await;
    done(one.forget(&billing(), time(&one, &billing(), &later).await).await);
    assert_eq!(receive(&other, &billing(), &["a", &later]).await, [true, false]);
}
