use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, next, outgoing, publish};
use factum_messaging::{Transport as _, transport::Outgoing};

#[tokio::test]
async fn until_it_is_cleared() {
    let place = Place::new();
    let mqtt = place.config().retained(["sensor.*.state".parse().unwrap()]).connect().await.unwrap();
    let states = |n: u64| vec![outgoing("sensor.1.state", n), outgoing("sensor.1.log", n + 1)];
    publish(&mqtt, states(1)).await;
    publish(&mqtt, states(3)).await;
    mqtt.publish_retained(outgoing("sensor.2.name", "two")).await.unwrap();
    let mut feed = soon(mqtt.listen(listen("first", &["sensor.#"]))).await.unwrap();
    let mut ids = [id(&mut feed).await, id(&mut feed).await];
    ids.sort_unstable();
    assert_eq!(ids, ["3", "two"]);
    drop(feed);
    // Whoever comes back is not new.
    let mut feed = soon(mqtt.listen(listen("first", &["sensor.#"]))).await.unwrap();
    mqtt.clear(&"sensor.1.state".parse().unwrap()).await.unwrap();
    mqtt.clear(&"sensor.2.name".parse().unwrap()).await.unwrap();
    publish(&mqtt, vec![outgoing("sensor.3.log", 5)]).await;
    assert_eq!(id(&mut feed).await, "5", "that a state is cleared is no message");
    let mut feed = soon(mqtt.listen(listen("second", &["sensor.#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("sensor.3.log", 6)]).await;
    assert_eq!(id(&mut feed).await, "6");
}

#[tokio::test]
async fn although_it_has_no_data() {
    let place = Place::new();
    let mqtt = place.connect().await;
    let mut empty = event(1);
    empty.data = None;
    let topic: factum_messaging::Topic = "a.b".parse().unwrap();
    mqtt.publish_retained(Outgoing::new(topic.clone(), "k", empty.clone())).await.unwrap();
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    // To a broker, a retained message without data is none.
    publish(&mqtt, vec![outgoing("a.c", 2)]).await;
    assert_eq!(next(&mut feed).await.event.id, "2");
    mqtt.clear(&topic).await.unwrap();
}
