use super::{a_broker_that_dies_is_waited_for::server, place::Place};
use crate::mail::{id, listen, outgoing, publish, until};
use crate::{
    given::soon,
    orders::{OrdersOut, Placed, append, placed},
};
use factum::{App, Apply, Documents, EventReader as _, Keys, Recorded, View};
use factum_macros::Projection;
use factum_messaging::{ConsumeExt as _, Transport as _, effectively_once, mqtt::Mqtt, relay};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_services::mosquitto::Mosquitto;
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// The numbers of an order, as they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Numbers(Vec<u64>);

impl Apply<Placed> for Numbers {
    fn apply(&mut self, event: &Placed) {
        self.0.push(event.number);
    }
}

#[derive(Projection)]
#[projection(name = "seen", events(Placed))]
struct Seen;

impl View for Seen {
    type Key = String;
    type Document = Numbers;

    fn keys(&self, event: &Recorded<SeenEvent>) -> Keys<String> {
        Keys::one(event.stream().key().to_owned())
    }

    fn fold(&self, _: &String, numbers: &mut Numbers, event: &Recorded<SeenEvent>) {
        let SeenEvent::Placed(placed) = &event.event;
        numbers.apply(placed);
    }
}

async fn consumes(store: &MemoryStore, mqtt: &Mqtt) -> App {
    App::builder(store.clone()).consume(effectively_once(Seen, mqtt.clone())).build().await.unwrap()
}

async fn has_seen(store: &MemoryStore, last: u64) -> bool {
    let all = Documents::<Seen>::new(Arc::new(store.clone())).all().await.unwrap();
    let expected = Numbers((1..=last).collect());
    all.len() == 3 && all.into_iter().all(|(_, numbers)| numbers == expected)
}

/// Longer than the test: what was confirmed is never taken for saved.
const LONG: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn when_it_was_confirmed_and_not_saved() {
    let server = server().await;
    let place = Place::at(server.url());
    let (log, seen) = (MemoryStore::new(), MemoryStore::new());
    // The session is there, and saved.
    let plain = place.connect().await;
    let consumer = consumes(&seen, &plain).await;
    soon(consumer.shutdown()).await;
    plain.close().await;
    server.stop().await.unwrap();
    server.start().await.unwrap();

    let mqtt = place.config().session_expiry(LONG).saves_every(LONG).connect().await.unwrap();
    let relays = App::builder(log.clone()).run(relay(OrdersOut, mqtt.clone()).partitions(2));
    let relays = relays.build().await.unwrap();
    let next_of_each = async |number| append(&log, ["1", "2", "3"].map(|order| placed(order, number))).await;
    for number in 1..=10 {
        next_of_each(number).await;
    }
    // It has them, and nobody else does.
    soon(relays.caught_up()).await.unwrap();
    server.kill().await.unwrap();
    server.start().await.unwrap();
    for number in 11..=20 {
        next_of_each(number).await;
    }
    // Its session is saved, which it need not wait for.
    let listening = place.config().session_expiry(LONG).connect().await.unwrap();
    let consumer = consumes(&seen, &listening).await;
    until(async || has_seen(&seen, 20).await).await;

    // What a consumer has handled, and the server has forgotten twice over, comes again and has no effect.
    server.kill().await.unwrap();
    server.start().await.unwrap();
    next_of_each(21).await;
    until(async || has_seen(&seen, 21).await).await;
    assert_eq!(log.head().await.unwrap().get(), 63);
    soon(relays.shutdown()).await;
    soon(consumer.shutdown()).await;
}

#[tokio::test]
async fn and_nobody_would_publish_it_again_who_was_not_told_so() {
    let server = server().await;
    let place = Place::at(server.url());
    let mqtt = place.config().session_expiry(LONG).connect().await.unwrap();
    soon(mqtt.prepare(listen("reader", &["#"]))).await.unwrap();
    server.stop().await.unwrap();
    server.start().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("a", 1)]).await[0].is_ok()).await;
    server.kill().await.unwrap();
    server.start().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("b", 2)]).await[0].is_ok()).await;
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    assert_eq!(id(&mut feed).await, "2");
}

/// A session that it has forgotten too is made again, and it is waited until that is saved.
#[tokio::test]
async fn also_for_a_consumer_that_is_new() {
    let server = saving().await;
    let place = Place::at(server.url());
    let mqtt = saved(&place).await;
    soon(mqtt.prepare(listen("reader", &["#"]))).await.unwrap();
    is_remembered_after_a_kill(&server, &mqtt).await;
}

/// Its session is there, and is not saved yet.
#[tokio::test]
async fn also_for_one_that_another_program_has_just_made() {
    let server = saving().await;
    let place = Place::at(server.url());
    let other = place.config().session_expiry(LONG).connect().await.unwrap();
    let mqtt = saved(&place).await;
    soon(other.prepare(listen("reader", &["#"]))).await.unwrap();
    soon(mqtt.prepare(listen("reader", &["#"]))).await.unwrap();
    is_remembered_after_a_kill(&server, &mqtt).await;
}

async fn saving() -> Mosquitto {
    let server = Mosquitto::builder().set("autosave_on_changes", false).set("autosave_interval", 1);
    server.start().await.unwrap()
}

async fn saved(place: &Place) -> Mqtt {
    place.config().session_expiry(LONG).saves_every(Duration::from_secs(1)).connect().await.unwrap()
}

async fn is_remembered_after_a_kill(server: &Mosquitto, mqtt: &Mqtt) {
    server.kill().await.unwrap();
    server.start().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("a", 1)]).await[0].is_ok()).await;
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    assert_eq!(id(&mut feed).await, "1");
    publish(mqtt, vec![outgoing("a", 2)]).await;
    assert_eq!(id(&mut feed).await, "2");
}
