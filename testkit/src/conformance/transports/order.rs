//! The messages of a key come in the order in which they were published.

use super::{listen, next, outgoing, publish, to};
use crate::conformance::{Fixture, steps::at_once};
use factum_messaging::{Transport, transport::Outgoing};
use std::{collections::HashMap, sync::Arc};

/// Those of the key are numbered from 0.
async fn come_in_order(
    transport: &impl Transport,
    keys: u64,
    of_each: u64,
    published: impl Future<Output = ()>,
) {
    let mut feed = listen(transport, to("reader", &["#"]).prefetch(64)).await;
    let read = async {
        let mut last = HashMap::new();
        for _ in 0..keys * of_each {
            let message = next(&mut feed).await;
            let number = super::number_of(&message.event);
            let (key, index) = (number / 1_000_000, number % 1_000_000);
            let expected = last.entry(key).or_insert(0);
            assert_eq!(index, *expected, "the next message of key {key}");
            *expected += 1;
            super::ack(message).await;
        }
    };
    futures_util::future::join(published, read).await;
}

fn of_key(key: u64, index: u64) -> Outgoing {
    outgoing("a.b", &format!("key-{key}"), key * 1_000_000 + index)
}

/// In one call, and from one call to the next.
pub async fn what_has_one_key_comes_in_order(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let published = async {
        for call in 0..4 {
            let messages = (0..50).flat_map(|index| (0..5).map(move |key| of_key(key, call * 50 + index)));
            publish(&transport, messages.collect()).await;
        }
    };
    come_in_order(&transport, 5, 200, published).await;
}

/// Each with keys of its own.
pub async fn whoever_publishes_beside_it(place: impl Fixture<Store: Transport>) {
    let transport = Arc::new(place.open().await);
    let shared = Arc::clone(&transport);
    let published = async move {
        at_once(8, |task| {
            let transport = Arc::clone(&shared);
            async move {
                for call in 0..5 {
                    let messages = (0..20).map(|index| of_key(task as u64, call * 20 + index));
                    publish(&transport, messages.collect()).await;
                }
            }
        })
        .await;
    };
    come_in_order(&transport, 8, 100, published).await;
}

/// A thousand keys with a message each are published in one call.
pub async fn keys_do_not_wait_for_each_other(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let published = publish(&transport, (0..1_000).map(|key| of_key(key, 0)).collect());
    come_in_order(&transport, 1_000, 1, published).await;
}
