use super::place::Place;
use crate::given::soon;
use crate::mail::{event, listen, next, publish};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use factum_messaging::{
    Transport as _,
    transport::{Outgoing, PublishError},
};
use serde_json::json;

#[tokio::test]
async fn an_event_is_as_the_binding_of_pub_sub_says() {
    let place = Place::new();
    let pubsub = place.connect().await;
    soon(pubsub.prepare(listen("reader", &["#"]))).await.unwrap();
    let event = event(1).with_subject("größe 100%").unwrap();
    publish(&pubsub, vec![Outgoing::new("order.7".parse().unwrap(), "order-7", event)]).await;
    let messages = place.messages(&format!("{}-reader", place.topic)).await;
    let attributes = json!({
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "/test",
        "ce-type": "test.happened",
        "ce-subject": "größe 100%",
        "content-type": "application/json",
        "topic": "order.7",
    });
    assert_eq!(messages[0]["attributes"], attributes);
    assert_eq!((&messages[0]["data"], &messages[0]["orderingKey"]), (&json!("MQ=="), &json!("order-7")));
}

#[tokio::test]
async fn what_another_application_writes_is_read() {
    let place = Place::new();
    let pubsub = place.connect().await;
    let mut feed = soon(pubsub.listen(listen("reader", &["a.*", "test.*"]))).await.unwrap();
    let whole = STANDARD.encode(event(1).to_json());
    let in_one_piece =
        json!({ "content-type": "application/cloudevents+json; charset=utf-8", "topic": "a.b" });
    let in_parts = json!({
        "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/test", "ce-type": "test.happened",
        "ce-datacontenttype": "application/json",
    });
    let path = format!("topics/{}:publish", place.topic);
    for (attributes, data, topic) in [(in_one_piece, &*whole, "a.b"), (in_parts, "MQ==", "test.happened")] {
        let messages = json!({ "messages": [{ "attributes": attributes, "data": data }] });
        place.ask("POST", &path, &messages).await;
        let message = next(&mut feed).await;
        assert_eq!((message.topic.as_str(), &message.event), (topic, &event(1)));
        message.ack().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_long_comes_in_all_the_same_or_is_refused() {
    let place = Place::new();
    let pubsub = place.connect().await;
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    let long = event(1).with_subject("é".repeat(2_000)).unwrap();
    let topic = "a.b".parse().unwrap();
    publish(&pubsub, vec![Outgoing::new(topic, "k".repeat(5_000), long.clone())]).await;
    let message = next(&mut feed).await;
    assert_eq!(message.event, long);
    message.ack().await.unwrap();

    let long_topic = Outgoing::new("x".repeat(1_025).parse().unwrap(), "k", event(1));
    let large = Outgoing::new("a".parse().unwrap(), "l", event(1).with_data(vec![b'1'; 10_000_000]));
    let behind = Outgoing::new("a".parse().unwrap(), "k", event(2));
    let results = soon(pubsub.publish(vec![long_topic, behind, large])).await;
    assert!(results[0].as_ref().is_err_and(PublishError::is_refused), "{results:?}");
    assert!(matches!(results[1], Err(PublishError::Behind)), "{results:?}");
    assert!(results[2].as_ref().is_err_and(PublishError::is_refused), "{results:?}");
}
