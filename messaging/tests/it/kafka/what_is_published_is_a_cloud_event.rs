use super::place::Place;
use crate::given::soon;
use crate::mail::{event, listen, next, publish};
use factum_messaging::{CloudEvent, Transport as _, transport::Outgoing};
use rdkafka::{
    Message as _,
    message::{Header, Headers as _, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use std::time::Duration;

#[tokio::test]
async fn in_binary_mode() {
    let place = Place::new();
    let kafka = place.connect().await;
    let event = CloudEvent::new("e-1", "/shop", "order.paid").unwrap();
    let event = event.with_subject("größe 7").unwrap().with_content_type("application/json").unwrap();
    let event = event.with_data(r#"{"amount":30}"#);
    publish(&kafka, vec![Outgoing::new("order.7.paid".parse().unwrap(), "order-7", event)]).await;
    let [record] = &place.records(&place.topic, 1).await[..] else { panic!("one message") };
    assert_eq!(record.key(), Some(&b"order-7"[..]));
    assert_eq!(record.payload(), Some(&br#"{"amount":30}"#[..]));
    let headers = record.headers().unwrap();
    let header = |header: Header<'_, &[u8]>| {
        (header.key.to_owned(), String::from_utf8(header.value.unwrap().to_vec()).unwrap())
    };
    let mut found: Vec<_> = headers.iter().map(header).collect();
    found.sort();
    let expected = [
        ("ce_id", "e-1"),
        ("ce_source", "/shop"),
        ("ce_specversion", "1.0"),
        ("ce_subject", "größe 7"),
        ("ce_type", "order.paid"),
        ("content-type", "application/json"),
        ("factum_topic", "order.7.paid"),
    ];
    assert!(found.iter().map(|(key, value)| (&**key, &**value)).eq(expected), "{found:?}");
}

/// In structured mode, and without our header: under its type.
#[tokio::test]
async fn and_that_of_another_application_is_read() {
    let place = Place::new();
    let kafka = place.connect().await;
    let mut feed = soon(kafka.listen(listen("reader", &["test.*"]).alone())).await.unwrap();
    let producer: FutureProducer = place.client().create().unwrap();
    let header = |headers: OwnedHeaders, key, value| headers.insert(Header { key, value: Some(value) });
    let structured =
        header(OwnedHeaders::new(), "content-type", "application/cloudevents+json; charset=UTF-8");
    let other = CloudEvent::new("2", "/other", "other.happened").unwrap();
    for event in [other, event(1)] {
        let json = event.to_json();
        let record = FutureRecord::to(&place.topic).payload(&json[..]).headers(structured.clone());
        let sent = producer.send::<(), [u8], _>(record, Duration::from_secs(5));
        soon(sent).await.unwrap();
    }
    let message = next(&mut feed).await;
    assert_eq!((message.topic.as_str(), &message.event), ("test.happened", &event(1)));
    message.ack().await.unwrap();
    let binary = [("ce_specversion", "1.0"), ("ce_id", "3"), ("ce_source", "/x"), ("ce_type", "test.b")];
    let binary =
        binary.into_iter().fold(OwnedHeaders::new(), |headers, (key, value)| header(headers, key, value));
    let record = FutureRecord::to(&place.topic).key("k").payload("text").headers(binary);
    soon(producer.send(record, Duration::from_secs(5))).await.unwrap();
    let message = next(&mut feed).await;
    assert_eq!((message.topic.as_str(), message.event.id.as_str()), ("test.b", "3"));
    assert_eq!(message.event.data.as_deref(), Some(&b"text"[..]));
    message.ack().await.unwrap();
}
