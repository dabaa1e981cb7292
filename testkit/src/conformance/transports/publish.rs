//! What is published comes in, as it was.

use super::{listen, next, number, numbered, outgoing, patterns, publish, soon, to, topic};
use crate::conformance::Fixture;
use factum_core::Timestamp;
use factum_messaging::{
    CloudEvent, Transport,
    cloud_event::Attribute,
    transport::{Listen, Outgoing},
};

/// Under its topic.
pub async fn what_is_published_comes_in(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["order.#"])).await;
    publish(&transport, vec![outgoing("order.7.paid", "order-7", 1)]).await;
    let message = next(&mut feed).await;
    assert_eq!(message.topic, topic("order.7.paid"));
    assert_eq!(message.event, numbered(1));
    assert_eq!(message.attempt, 1, "it is delivered for the first time");
}

/// Text of any language, extensions, and what is not there.
pub async fn all_attributes_come_in_as_they_were(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    let event =
        |id: &str| CloudEvent::new(id, "https://shop.example/a%20b?c=d#e", "com.example.Gr\u{f6}\u{df}e");
    let made = || -> Result<_, factum_messaging::cloud_event::CloudEventError> {
        let full = event("id with spaces, \u{e9}\u{1f600} and \"quotes\"")?
            .with_subject("order-7/\u{4e2d}\u{6587} 100%")?
            .with_time(Timestamp::from_timestamp_micros(1_700_000_000_123_456).expect("a time"))
            .with_content_type("application/json; charset=utf-8")?
            .with_data_schema("https://shop.example/schema")?
            .with_extension("partitionkey", Attribute::Text("order-7".to_owned()))?
            .with_extension("note", Attribute::Text("a=b; c: \u{20ac} \u{1f600}".to_owned()))?
            .with_data(r#"{"b":1,"a":100000000000000000000000000001}"#);
        Ok([full, event("2")?, event("3")?.with_content_type("text/plain")?.with_data("")])
    };
    let events = made().expect("the suite makes valid events");
    for event in events {
        publish(&transport, vec![Outgoing::new(topic("order.7"), "k", event.clone())]).await;
        let message = next(&mut feed).await;
        let mut found = message.event.clone();
        super::ack(message).await;
        // A message without a body is one with an empty body on most wires.
        if event.data.as_ref().is_none_or(bytes::Bytes::is_empty) {
            assert!(found.data.as_ref().is_none_or(bytes::Bytes::is_empty), "{:?}", found.data);
            found.data.clone_from(&event.data);
        }
        assert_eq!(found, event);
    }
}

/// JSON that is none, zero bytes, what no text has.
pub async fn any_bytes_come_in_as_they_were(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    let all: Vec<u8> = (0..=255).collect();
    for data in [&all[..], b"\0", b"{not json", br#""\u0000""#] {
        let event = numbered(1).with_content_type("application/octet-stream").expect("a content type");
        publish(&transport, vec![Outgoing::new(topic("a.b"), "k", event.with_data(data.to_vec()))]).await;
        let message = next(&mut feed).await;
        assert_eq!(message.event.data.as_deref(), Some(data));
        super::ack(message).await;
    }
}

/// And does not keep others from coming.
pub async fn a_message_of_a_megabyte_comes_in(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    // Some brokers count the headers too, and allow a megabyte in all.
    let large: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let event = numbered(1).with_content_type("application/octet-stream").expect("a content type");
    let large_one = Outgoing::new(topic("a.b"), "k", event.with_data(large.clone()));
    publish(&transport, vec![large_one, outgoing("a.b", "k", 2)]).await;
    let message = next(&mut feed).await;
    assert!(message.event.data.as_deref() == Some(&large[..]), "the data came in as they were");
    super::ack(message).await;
    assert_eq!(number(&mut feed).await, 2);
}

/// At its place.
pub async fn each_message_has_a_result(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    let messages = (0..500).map(|n| outgoing("a.b", &format!("k{}", n % 50), n)).collect();
    publish(&transport, messages).await;
    let mut found = super::numbers(&mut feed, 500).await;
    found.sort_unstable();
    assert!(found.into_iter().eq(0..500), "each message came once");
    super::is_silent(&mut feed).await;
}

/// There is nothing to say.
pub async fn nothing_can_be_published(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    assert!(soon(transport.publish(Vec::new())).await.is_empty());
}

/// Whether anybody listens is not for the publisher to know.
pub async fn what_nobody_has_asked_for_is_published_all_the_same(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    publish(&transport, vec![outgoing("nobody.asks", "k", 1)]).await;
    let mut feed = listen(&transport, Listen::new(super::consumer("reader"), patterns(&["a.*"]))).await;
    publish(&transport, vec![outgoing("nobody.asks", "k", 2), outgoing("a.b", "k", 3)]).await;
    assert_eq!(number(&mut feed).await, 3);
}

/// Each message has a result then too.
pub async fn who_publishes_after_the_end_is_told_so(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    soon(transport.close()).await;
    let results = soon(transport.publish(vec![outgoing("a.b", "k", 2), outgoing("a.b", "l", 3)])).await;
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(Result::is_err), "{results:?}");
    assert!(soon(transport.listen(to("reader", &["#"]))).await.is_err());
}
