use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, next, outgoing, publish};
use factum_messaging::Transport as _;
use rumqttc::v5::{
    AsyncClient, Event, MqttOptions,
    mqttbytes::{
        QoS,
        v5::{Packet, Publish},
    },
};
use tokio::sync::mpsc;

fn options(id: String) -> MqttOptions {
    let url = crate::servers::of_mqtt();
    let (host, port) = url.trim_start_matches("mqtt://").trim_end_matches('/').rsplit_once(':').unwrap();
    MqttOptions::new(id, host, port.parse().unwrap())
}

/// A client that knows nothing of Factum, and what it receives.
async fn other(filter: &str) -> (AsyncClient, mpsc::UnboundedReceiver<Publish>) {
    let id = uuid::Uuid::new_v4().to_string();
    let (client, mut events) = AsyncClient::new(options(id), 10);
    client.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
    let (tell, received) = mpsc::unbounded_channel();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut ready = Some(ready);
        while let Ok(event) = events.poll().await {
            match event {
                Event::Incoming(Packet::Publish(publish)) => drop(tell.send(publish)),
                Event::Incoming(Packet::SubAck(_)) => drop(ready.take().map(|ready| ready.send(()))),
                _ => {}
            }
        }
    });
    soon(is_ready).await.unwrap();
    (client, received)
}

#[tokio::test]
async fn as_it_was() {
    let place = Place::new();
    let mqtt = place.connect().await;
    let (_client, mut dead) = other(&format!("{}_dead/#", place.prefix)).await;
    let mut feed = soon(mqtt.listen(listen("billing/eu", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("a.b+c", 1), outgoing("a.b+c", 2)]).await;
    soon(next(&mut feed).await.reject()).await.unwrap();
    assert_eq!(id(&mut feed).await, "2");
    let letter = soon(dead.recv()).await.unwrap();
    assert_eq!(letter.topic, format!("{}_dead/billing=2Feu/a/b=2Bc", place.prefix));
    assert_eq!(letter.payload, "1");
    let properties = letter.properties.unwrap();
    assert!(properties.user_properties.contains(&("source".to_owned(), "/test".to_owned())));
    assert_eq!(properties.content_type.as_deref(), Some("application/json"));
}

#[tokio::test]
async fn and_so_is_what_cannot_be_read() {
    let place = Place::new();
    let mqtt = place.connect().await;
    let (client, mut dead) = other(&format!("{}_dead/#", place.prefix)).await;
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    client.publish(format!("{}/a", place.prefix), QoS::AtLeastOnce, false, "what?").await.unwrap();
    // In one piece, without properties, under a topic that Factum would write otherwise.
    let name = format!("{}/v1.0//x", place.prefix);
    client.publish(name, QoS::AtLeastOnce, false, event(1).to_json()).await.unwrap();
    let message = next(&mut feed).await;
    assert_eq!((message.topic.as_str(), &message.event), ("v1%2E0.%.x", &event(1)));
    message.ack().await.unwrap();
    assert_eq!(soon(dead.recv()).await.unwrap().payload, "what?");
}

#[tokio::test]
async fn topics_of_others_have_no_prefix() {
    let place = Place::new();
    let mqtt = place.config().prefix("").connect().await.unwrap();
    let consumer = format!("reader-{}", place.prefix);
    let mut feed = soon(mqtt.listen(listen(&consumer, &[&format!("{}.#", place.prefix)]))).await.unwrap();
    let (client, mut received) = other(&format!("{}/b", place.prefix)).await;
    client.publish(format!("{}/a", place.prefix), QoS::AtMostOnce, false, event(1).to_json()).await.unwrap();
    assert_eq!(next(&mut feed).await.topic.as_str(), format!("{}.a", place.prefix));
    publish(&mqtt, vec![outgoing(&format!("{}.b", place.prefix), 2)]).await;
    assert_eq!(soon(received.recv()).await.unwrap().payload, "2");
}
