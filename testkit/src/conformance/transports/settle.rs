//! What has become of a message decides whether it comes again.

use super::{ack, is_silent, listen, next, number, number_of, numbers, outgoing, publish, soon, to};
use crate::conformance::Fixture;
use factum_messaging::{Transport, transport::Incoming};
use std::time::{Duration, Instant};

async fn nack(message: Incoming, pause: Duration) {
    soon(message.nack(pause)).await.expect("the broker can be told");
}

/// Also when whoever acknowledged it has gone.
pub async fn what_is_acknowledged_does_not_come_again(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, (1..=3).map(|n| outgoing("a.b", "k", n)).collect()).await;
    assert_eq!(numbers(&mut feed, 3).await, [1, 2, 3]);
    drop(feed);
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 4)]).await;
    assert_eq!(number(&mut feed).await, 4);
    is_silent(&mut feed).await;
}

/// Without a word, as by a panic.
pub async fn what_is_dropped_comes_again(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    drop(next(&mut feed).await);
    let again = next(&mut feed).await;
    assert_eq!(number_of(&again.event), 1);
    assert!(again.attempt > 1, "the broker knows that it was delivered before: {}", again.attempt);
    ack(again).await;
    is_silent(&mut feed).await;
}

/// So that whoever gets it knows how often it was tried.
pub async fn what_is_given_back_comes_again_and_is_counted(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    let mut last = 0;
    for _ in 0..4 {
        let message = next(&mut feed).await;
        assert_eq!(number_of(&message.event), 1);
        assert!(message.attempt > last.min(1), "{} after {last}", message.attempt);
        last = message.attempt;
        nack(message, Duration::ZERO).await;
    }
    assert_eq!(number(&mut feed).await, 1);
    is_silent(&mut feed).await;
}

/// To whoever listens next.
pub async fn what_is_not_settled_when_a_feed_ends_comes_again(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, (1..=3).map(|n| outgoing("a.b", "k", n)).collect()).await;
    ack(next(&mut feed).await).await;
    let in_hand = next(&mut feed).await;
    drop(feed);
    drop(in_hand);
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    let mut found = numbers(&mut feed, 2).await;
    found.sort_unstable();
    assert_eq!(found, [2, 3]);
}

/// In its order, before what is newer.
pub async fn who_listens_alone_gets_first_what_was_left(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"]).prefetch(4).alone()).await;
    publish(&transport, (1..=8).map(|n| outgoing("a.b", "k", n)).collect()).await;
    ack(next(&mut feed).await).await;
    let in_hand = [next(&mut feed).await, next(&mut feed).await];
    // As one that dies does: the feed first, which is its connection, and its messages unsettled.
    drop(feed);
    drop(in_hand);
    let mut feed = listen(&transport, to("reader", &["#"]).prefetch(4).alone()).await;
    let mut found = Vec::new();
    while found.last() != Some(&8) {
        found.push(number(&mut feed).await);
    }
    // An acknowledgement may be overtaken by whoever listens next.
    assert_eq!(found.strip_prefix(&[1]).unwrap_or(&found), [2, 3, 4, 5, 6, 7, 8]);
}

/// They come while it waits.
pub async fn what_is_given_back_does_not_hold_up_others(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"]).prefetch(8)).await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    nack(next(&mut feed).await, Duration::from_secs(1)).await;
    publish(&transport, (2..=5).map(|n| outgoing("a.b", &n.to_string(), n)).collect()).await;
    let mut found = numbers(&mut feed, 5).await;
    found.sort_unstable();
    assert_eq!(found, [1, 2, 3, 4, 5]);
}

/// It may be kept, but not for this consumer's feeds.
pub async fn what_is_rejected_does_not_come_again(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 1), outgoing("a.b", "k", 2)]).await;
    soon(next(&mut feed).await.reject()).await.expect("the broker can be told");
    assert_eq!(number(&mut feed).await, 2);
    is_silent(&mut feed).await;
    drop(feed);
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    is_silent(&mut feed).await;
}

/// And not longer for ever.
pub async fn what_is_given_back_waits_as_long_as_is_said(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    let message = next(&mut feed).await;
    let (pause, from) = (Duration::from_millis(700), Instant::now());
    nack(message, pause).await;
    assert_eq!(number(&mut feed).await, 1);
    assert!(from.elapsed() >= pause, "it came after {:?}", from.elapsed());
    is_silent(&mut feed).await;
}
