//! Which messages are known can be asked.

use super::{billing, done, known, message, messages, receive, receive_later, time};
use crate::conformance::Fixture;
use factum_core::InboxStore;

/// It is neither when nobody has received anything, nor when others were received.
pub async fn what_was_never_received_is_not_known(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    assert_eq!(known(&store, &billing(), &["a", "b"]).await, [false, false]);
    receive(&store, &billing(), &["c"]).await;
    assert_eq!(known(&store, &billing(), &["a", "b"]).await, [false, false]);
}

/// So what is asked for is new when it is received.
pub async fn to_ask_records_nothing(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    for _ in 0..2 {
        assert_eq!(known(&store, &billing(), &["a"]).await, [false]);
    }
    assert_eq!(receive(&store, &billing(), &["a"]).await, [true]);
}

/// Also one that is asked for twice.
pub async fn each_message_is_known_at_its_index(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    receive(&store, &billing(), &["c", "a"]).await;
    assert_eq!(known(&store, &billing(), &["d", "c", "b", "a", "c"]).await, [false, true, false, true, true]);
}

/// By the store's clock, which goes on.
pub async fn a_message_is_known_with_the_time_of_its_first_receipt(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    receive(&store, &billing(), &["a"]).await;
    let first = time(&store, &billing(), "a").await;
    let later = receive_later(&store, &billing(), "a").await;
    assert_eq!(receive(&store, &billing(), &["a"]).await, [false]);
    let times = done(store.received(&billing(), &messages(&[&later, "a"])).await);
    assert_eq!(times[1], Some(first));
    assert!(times[0] > times[1], "{times:?}");
    assert_eq!(done(store.received(&billing(), &[message("b")]).await), [None]);
}
