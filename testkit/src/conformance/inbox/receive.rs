//! A message is new to its consumer once.

use super::{billing, consumer, done, known, many, message, receive};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{InboxStore, limits};
use std::sync::Arc;

/// However often it comes.
pub async fn a_message_is_new_once(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    for delivery in 1..=3 {
        assert_eq!(receive(&store, &billing(), &["a"]).await, [delivery == 1], "delivery {delivery}");
    }
}

/// At the same index, whatever the order of the keys.
pub async fn each_message_has_its_answer(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    assert_eq!(receive(&store, &billing(), &["c", "a"]).await, [true, true]);
    assert_eq!(receive(&store, &billing(), &["d", "c", "b", "a"]).await, [true, false, true, false]);
    assert_eq!(
        receive(&store, &billing(), &["a", "b", "c", "d", "e"]).await,
        [false, false, false, false, true]
    );
}

/// Also where others are in between.
pub async fn a_message_that_is_named_twice_is_new_the_first_time(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    assert_eq!(receive(&store, &billing(), &["b", "b", "a", "b"]).await, [true, false, true, false]);
    assert_eq!(receive(&store, &billing(), &["a", "c", "a", "c"]).await, [false, true, false, false]);
}

/// There is nothing to answer.
pub async fn nothing_can_be_received(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    assert_eq!(receive(&store, &billing(), &[]).await, [true; 0]);
    assert_eq!(known(&store, &billing(), &[]).await, [true; 0]);
}

/// What one has received is new to another, whose name may be similar.
pub async fn consumers_have_inboxes_of_their_own(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    for name in ["billing", "Billing", "billing ", "billin", "billing%", "gr\u{f6}\u{df}e \u{1f600}", "'; --"]
    {
        assert_eq!(known(&store, &consumer(name), &["a"]).await, [false], "of {name:?}");
        assert_eq!(receive(&store, &consumer(name), &["a"]).await, [true], "of {name:?}");
        assert_eq!(receive(&store, &consumer(name), &["a"]).await, [false], "of {name:?}");
    }
}

/// They are compared byte by byte.
pub async fn messages_with_similar_keys_are_told_apart(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    let keys = ["a", "A", "a ", " a", "ab", "a%", "_", "1", "01", "\u{e9}", "e\u{301}"];
    assert_eq!(receive(&store, &billing(), &keys).await, [true; 11]);
    assert_eq!(known(&store, &billing(), &keys).await, [true; 11]);
    assert_eq!(known(&store, &billing(), &["B", "%", "__"]).await, [false; 3]);
}

/// See [`limits::MESSAGE_KEY_BYTES`].
pub async fn a_message_may_have_any_key(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    let start = "k".repeat(limits::MESSAGE_KEY_BYTES - 1);
    let (longest, other) = (format!("{start}1"), format!("{start}2"));
    let keys = [longest.as_str(), &other, "gr\u{f6}\u{df}e \u{1f600}", "'; --", "{a,\"b\"}", "\\N", "NULL"];
    for key in keys {
        assert_eq!(receive(&store, &billing(), &[key]).await, [true], "{key:?}");
        assert_eq!(known(&store, &billing(), &[key]).await, [true], "{key:?}");
    }
    assert_eq!(receive(&store, &billing(), &keys).await, [false; 7]);
}

/// After a long absence, much is delivered at once.
pub async fn many_messages_are_received_in_one_call(place: impl Fixture<Store: InboxStore>) {
    let store = place.open().await;
    let all = many();
    assert!(done(store.receive(&billing(), &all).await) == vec![true; all.len()], "all of them are new");
    assert!(done(store.receive(&billing(), &all).await) == vec![false; all.len()], "all of them are known");
}

/// And to none of the others.
pub async fn to_one_of_many_at_once_a_message_is_new(place: impl Fixture<Store: InboxStore>) {
    let store = Arc::new(place.open().await);
    let answers = at_once(16, |_| {
        let store = Arc::clone(&store);
        async move {
            let mut answers = Vec::new();
            for round in 0..10 {
                answers.extend(done(store.receive(&billing(), &[message(&format!("round {round}"))]).await));
            }
            answers
        }
    });
    let answers = answers.await;
    for round in 0..10 {
        let told = answers.iter().filter(|answers| answers[round]).count();
        assert_eq!(told, 1, "how many were told in round {round} that the message is new");
    }
}

/// Their lists have the same messages, each of which is new to one of them.
pub async fn who_receives_in_another_order_comes_to_an_end(place: impl Fixture<Store: InboxStore>) {
    let store = Arc::new(place.open().await);
    let new = at_once(8, |task| {
        let store = Arc::clone(&store);
        async move {
            let mut new = 0;
            for round in 0..5 {
                let mut list: Vec<_> = (0..400).map(|n| message(&format!("round {round}, {n}"))).collect();
                list.rotate_left(task * 50);
                if task % 2 == 1 {
                    list.reverse();
                }
                new +=
                    done(store.receive(&billing(), &list).await).into_iter().filter(|is_new| *is_new).count();
            }
            new
        }
    });
    assert_eq!(new.await.iter().sum::<usize>(), 2_000);
}
