use super::{cluster::Cluster, place::Place};
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish, until};
use factum_messaging::{Transport as _, kafka::KafkaConfig, transport::PublishError};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

const BRIEF: Duration = Duration::from_millis(500);

#[tokio::test]
async fn without_waiting_with_what_is_to_be_published() {
    let cluster = Cluster::new(1);
    let place = Place::on(&cluster);
    let kafka = place.config().confirm_timeout(BRIEF).connect().await.unwrap();
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    publish(&kafka, vec![outgoing("a", 1)]).await;
    let in_hand = next(&mut feed).await;
    cluster.down();
    until(async || kafka.publish(vec![outgoing("a", 2)]).await[0].is_err()).await;
    let from = Instant::now();
    let results = kafka.publish((0..1_000).map(|n| outgoing(&format!("a.{n}"), n)).collect()).await;
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    assert!(results.iter().all(|result| {
        matches!(result, Err(PublishError::Unavailable(error)) if error.is_transient())
            || matches!(result, Err(PublishError::Behind))
    }));
    cluster.up();
    // What was in hand is acknowledged over the new connection, and does not come again.
    in_hand.ack().await.unwrap();
    until(async || kafka.publish(vec![outgoing("b", 3)]).await[0].is_ok()).await;
    // What was not confirmed may have been published all the same.
    while id(&mut feed).await != "3" {}
    until(async || place.committed(&format!("{}.reader", place.topic)).await >= 2).await;
}

#[tokio::test]
async fn and_nothing_confirmed_is_lost_nor_out_of_order() {
    let cluster = Cluster::new(1);
    let place = Place::on(&cluster);
    let kafka = place.config().confirm_timeout(BRIEF).connect().await.unwrap();
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    // One key, whose messages are published again until each is confirmed, as a relay does.
    let publishing = async {
        for n in 0..200 {
            let publish = async || kafka.publish(vec![outgoing("a", n)]).await[0].is_ok();
            if n % 60 == 30 {
                cluster.down();
                until(async || !publish().await).await;
                cluster.up();
            }
            until(publish).await;
        }
        until(async || kafka.publish(vec![outgoing("a", "the end")]).await[0].is_ok()).await;
    };
    let reading = async {
        let (mut found, mut first) = (HashSet::new(), Vec::new());
        loop {
            let message = tokio::time::timeout(Duration::from_secs(30), feed.next()).await.unwrap();
            let message = message.unwrap().unwrap();
            let id = message.event.id.clone();
            message.ack().await.unwrap();
            if id == "the end" {
                break first;
            }
            if found.insert(id.clone()) {
                first.push(id.parse::<u32>().unwrap());
            }
        }
    };
    let ((), first) = futures_util::future::join(publishing, reading).await;
    assert!(first.iter().copied().eq(0..200), "{first:?}");
}

#[tokio::test]
async fn also_when_it_was_never_there() {
    let cluster = Cluster::new(1);
    cluster.down();
    let config = KafkaConfig::new(cluster.url()).connect_timeout(BRIEF);
    let error = soon(config.clone().connect()).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    cluster.up();
    until(async || config.clone().connect_timeout(Duration::from_secs(10)).connect().await.is_ok()).await;
}
