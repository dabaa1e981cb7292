use super::place::Place;
use crate::mail::{event, listen, outgoing, publish};
use factum_messaging::Transport as _;
use factum_messaging::transport::{Feed, Outgoing};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

const KEYS: usize = 20;
const OF_EACH: usize = 60;

/// What has come in for the first time, by key.
type Seen = Arc<Mutex<HashMap<usize, Vec<usize>>>>;

async fn read(mut feed: Box<dyn Feed>, seen: Seen, mut stop: tokio::sync::watch::Receiver<bool>) -> usize {
    let mut count = 0;
    loop {
        let next = tokio::select! {
            next = feed.next() => next,
            _ = stop.wait_for(|stop| *stop) => return count,
        };
        let message = next.unwrap().unwrap();
        let (key, number) = message.event.id.split_once('-').unwrap();
        let (key, number) = (key.parse().unwrap(), number.parse().unwrap());
        {
            let mut seen = seen.lock().unwrap();
            let of_key = seen.entry(key).or_default();
            if !of_key.contains(&number) {
                of_key.push(number);
            }
        }
        count += 1;
        // Some work, so that there is something in hand when partitions move.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let _ = message.ack().await;
    }
}

#[tokio::test]
async fn also_while_partitions_move() {
    let place = Place::new();
    let (one, other) = (place.connect().await, place.connect().await);
    let seen = Seen::default();
    let (stop_one, of_one) = tokio::sync::watch::channel(false);
    let (stop_other, of_other) = tokio::sync::watch::channel(false);
    let first = one.listen(listen("reader", &["#"]).prefetch(8)).await.unwrap();
    let first = tokio::spawn(read(first, Arc::clone(&seen), of_one));
    let all = || seen.lock().unwrap().values().map(Vec::len).sum::<usize>();
    let publish_some = async |from: usize| {
        for number in from..from + OF_EACH / 3 {
            let of = |key: usize| {
                Outgoing::new("a.b".parse().unwrap(), key.to_string(), event(format!("{key}-{number}")))
            };
            publish(&one, (0..KEYS).map(of).collect()).await;
        }
    };
    publish_some(0).await;
    let second = other.listen(listen("reader", &["#"]).prefetch(8)).await.unwrap();
    let second = tokio::spawn(read(second, Arc::clone(&seen), of_other));
    publish_some(OF_EACH / 3).await;
    crate::mail::until(async || all() == KEYS * OF_EACH * 2 / 3).await;
    // Whoever was first goes, and the other one has all.
    stop_one.send(true).unwrap();
    assert!(first.await.unwrap() > 0);
    publish_some(OF_EACH * 2 / 3).await;
    crate::mail::until(async || all() == KEYS * OF_EACH).await;
    stop_other.send(true).unwrap();
    assert!(second.await.unwrap() >= KEYS * OF_EACH / 3);
    for (key, numbers) in seen.lock().unwrap().iter() {
        assert!(numbers.iter().copied().eq(0..OF_EACH), "key {key}: {numbers:?}");
    }
}

/// Those of a category may have a topic of Kafka of their own, where they stay together.
#[tokio::test]
async fn and_in_whichever_topic_it_is() {
    let place = Place::new();
    let orders = place.orders();
    let kafka = place.config().topic_of("order", &orders).connect().await.unwrap();
    let mut feed = kafka.listen(listen("reader", &["*.7.#"]).alone()).await.unwrap();
    publish(
        &kafka,
        vec![outgoing("order.7.paid", 1), outgoing("invoice.7.sent", 2), outgoing("order.8.paid", 3)],
    )
    .await;
    let mut found = [crate::mail::id(&mut feed).await, crate::mail::id(&mut feed).await];
    found.sort();
    assert_eq!(found, ["1", "2"]);
    assert_eq!(place.records(&orders, 2).await.len(), 2);
    assert_eq!(place.records(&place.topic, 1).await.len(), 1);
}
