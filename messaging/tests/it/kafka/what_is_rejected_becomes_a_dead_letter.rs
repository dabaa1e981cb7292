use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, next, outgoing, publish, until};
use factum_messaging::{Transport as _, transport::Outgoing};
use rdkafka::{
    Message as _,
    message::{Header, Headers as _, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use std::time::Duration;

fn header<'a>(message: &'a OwnedMessage, name: &str) -> Option<&'a str> {
    let found = message.headers()?.iter().find(|header| header.key == name)?;
    std::str::from_utf8(found.value?).ok()
}

#[tokio::test]
async fn as_it_was() {
    let place = Place::new();
    let kafka = place.connect().await;
    let mut feed = soon(kafka.listen(listen("billing.eu", &["#"]).alone())).await.unwrap();
    publish(&kafka, vec![outgoing("a.b c", 1), outgoing("a.b c", 2)]).await;
    soon(next(&mut feed).await.reject()).await.unwrap();
    assert_eq!(id(&mut feed).await, "2");

    let published = &place.records(&place.topic, 2).await[0];
    let dead = &place.records(&place.dead(), 1).await[0];
    assert_eq!((dead.key(), dead.payload()), (published.key(), published.payload()));
    for of in published.headers().unwrap().iter() {
        assert_eq!(header(dead, of.key).map(str::as_bytes), of.value, "{}", of.key);
    }
    assert_eq!(header(dead, "factum_dead_consumer"), Some("billing.eu"));
    let place_of = format!("{}/{}/{}", place.topic, published.partition(), published.offset());
    assert_eq!(header(dead, "factum_dead_place"), Some(&*place_of));
    until(async || place.committed(&format!("{}.billing.eu", place.topic)).await == 2).await;
}

#[tokio::test]
async fn and_so_does_what_cannot_be_read() {
    let place = Place::new();
    let kafka = place.connect().await;
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    let producer: FutureProducer = place.client().create().unwrap();
    let half = OwnedHeaders::new().insert(Header { key: "ce_type", value: Some("a") });
    let mine = OwnedHeaders::new().insert(Header { key: "X-Mine", value: Some("yes") });
    let misnamed = half.clone().insert(Header { key: "factum_topic", value: Some("a..b") });
    for headers in [half, mine, misnamed] {
        let record = FutureRecord::to(&place.topic).key("k").payload("what?").headers(headers);
        soon(producer.send(record, Duration::from_secs(5))).await.unwrap();
    }
    publish(&kafka, vec![Outgoing::new("a".parse().unwrap(), "k", event(1))]).await;
    assert_eq!(id(&mut feed).await, "1");
    let dead = place.records(&place.dead(), 3).await;
    assert!(dead.iter().all(|dead| dead.payload() == Some(b"what?")));
    assert!(dead.iter().any(|dead| header(dead, "X-Mine") == Some("yes")));
    until(async || place.committed(&format!("{}.reader", place.topic)).await == 4).await;
}

#[tokio::test]
async fn although_it_is_as_large_as_can_be() {
    let place = Place::new();
    let kafka = place.config().max_message_bytes(20_000).connect().await.unwrap();
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    let mut size = 20_000;
    loop {
        let large = Outgoing::new("a".parse().unwrap(), "k", event(0).with_data(vec![b'1'; size]));
        match &soon(kafka.publish(vec![large])).await[0] {
            Ok(()) => break,
            Err(error) => assert!(error.is_refused(), "{error:?}"),
        }
        size -= 1;
    }
    soon(next(&mut feed).await.reject()).await.unwrap();
    let dead = place.records(&place.dead(), 1).await;
    assert_eq!(dead[0].payload().map(<[u8]>::len), Some(size));
}
