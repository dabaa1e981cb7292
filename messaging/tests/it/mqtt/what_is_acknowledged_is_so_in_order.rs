//! MQTT 5 asks for that (4.6.0-2), and Mosquitto 2.0.11 lets newer messages overtake those in its queue otherwise.

use super::{a_broker_that_dies_is_waited_for::server, place::Place};
use crate::given::soon;
use crate::mail::{listen, next, outgoing, publish, until};
use factum_messaging::{
    Transport as _,
    mqtt::Mqtt,
    transport::{Feed, Incoming},
};
use factum_services::mosquitto::Mosquitto;

async fn hand(feed: &mut Box<dyn Feed>, count: usize) -> Vec<Incoming> {
    let mut hand = Vec::new();
    for _ in 0..count {
        hand.push(next(feed).await);
    }
    hand
}

async fn acknowledge(hand: Vec<Incoming>) -> Vec<String> {
    let ids = hand.iter().map(|message| message.event.id.clone()).collect();
    for message in hand {
        message.ack().await.unwrap();
    }
    ids
}

/// Whether it is there again.
async fn is_back(server: &Mosquitto, mqtt: &Mqtt) {
    server.start().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("elsewhere", 0)]).await[0].is_ok()).await;
}

#[tokio::test]
async fn also_when_the_server_has_forgotten_that() {
    let server = server().await;
    let place = Place::at(server.url());
    let mqtt = place.connect().await;
    let listens = || listen("reader", &["a"]).prefetch(4);
    soon(mqtt.prepare(listens())).await.unwrap();
    publish(&mqtt, (1..=40).map(|n| outgoing("a", n)).collect()).await;
    let mut feed = soon(mqtt.listen(listens())).await.unwrap();
    let mut ids = acknowledge(hand(&mut feed, 4).await).await;
    let in_hand = hand(&mut feed, 4).await;
    // What it has now, it will remember.
    server.stop().await.unwrap();
    is_back(&server, &mqtt).await;
    ids.extend(acknowledge(in_hand).await);
    let in_hand = hand(&mut feed, 4).await;
    // It has heard that 5 to 8 are done, and forgets it; these come again, behind those that are in hand.
    server.kill().await.unwrap();
    is_back(&server, &mqtt).await;
    ids.extend(acknowledge(in_hand).await);
    publish(&mqtt, (41..=44).map(|n| outgoing("a", n)).collect()).await;
    while ids.last().is_none_or(|last| last != "44") {
        let id = acknowledge(hand(&mut feed, 1).await).await.remove(0);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let expected: Vec<_> = (1..=44).map(|n| n.to_string()).collect();
    assert_eq!(ids, expected);
}
