use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, next, outgoing, publish};
use async_nats::HeaderMap;
use factum_messaging::{Transport as _, transport::Outgoing};

#[tokio::test]
async fn as_it_was() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("billing.eu", &["#"]))).await.unwrap();
    publish(&nats, vec![outgoing("a.b c", 1), outgoing("a.b c", 2)]).await;
    soon(next(&mut feed).await.reject()).await.unwrap();
    assert_eq!(id(&mut feed).await, "2");

    let dead = place.messages(&place.dead()).await;
    let [dead] = dead.as_slice() else { panic!("{dead:?}") };
    assert_eq!(dead.subject.as_str(), format!("{}_dead.billing=2Eeu.a.b=20c", place.name));
    let published = &place.messages(&place.name).await[0];
    assert_eq!(dead.payload, published.payload);
    for (name, values) in published.headers.iter().filter(|(name, _)| name.to_string().starts_with("ce-")) {
        assert_eq!(dead.headers.get(name.clone()), values.first(), "{name}");
    }
    crate::mail::until(async || place.consumer("billing=2Eeu").await.num_ack_pending == 0).await;
}

#[tokio::test]
async fn and_so_does_what_cannot_be_read() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    let other = place.jetstream().await;
    let mut headers = HeaderMap::new();
    headers.insert("ce-specversion", "1.0");
    headers.insert("X-Mine", "yes");
    let subject = format!("{}.a", place.name);
    for (subject, headers) in [
        (subject.clone(), headers),
        (subject.clone(), HeaderMap::new()),
        (format!("{subject}#b"), HeaderMap::new()),
    ] {
        other.publish_with_headers(subject, headers, "what?".into()).await.unwrap().await.unwrap();
    }
    publish(&nats, vec![outgoing("a", 1)]).await;
    assert_eq!(id(&mut feed).await, "1");
    crate::mail::until(async || other.get_stream(place.dead()).await.is_ok()).await;
    crate::mail::until(async || place.count(&place.dead()).await == 3).await;
    let dead = place.messages(&place.dead()).await;
    assert!(dead.iter().all(|dead| dead.payload == "what?"));
    assert!(dead.iter().any(|dead| dead.headers.get("X-Mine").is_some()));
    crate::mail::until(async || place.consumer("reader").await.num_ack_pending == 0).await;
}

#[tokio::test]
async fn although_it_is_as_large_as_can_be() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("a consumer with a long name", &["#"]))).await.unwrap();
    let topic = format!("a.{}", "x".repeat(3_968 - place.name.len() - 3));
    // As large as the server lets it be, which counts the headers.
    let mut size = 1024 * 1024;
    loop {
        let large = event(0).with_data(vec![b'1'; size]);
        match &soon(nats.publish(vec![Outgoing::new(topic.parse().unwrap(), "k", large)])).await[0] {
            Ok(()) => break,
            Err(error) => assert!(error.is_refused(), "{error:?}"),
        }
        size -= 1;
    }
    soon(next(&mut feed).await.reject()).await.unwrap();
    assert_eq!(place.messages(&place.dead()).await[0].payload.len(), size);
}

#[tokio::test]
async fn what_another_application_writes_in_one_piece_is_read() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["a.*"]))).await.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("Content-Type", "application/cloudevents+json; charset=utf-8");
    let other = place.jetstream().await;
    let subject = format!("{}.a.b", place.name);
    for headers in [headers, HeaderMap::new()] {
        let sent = other.publish_with_headers(subject.clone(), headers, event(1).to_json());
        sent.await.unwrap().await.unwrap();
        let message = next(&mut feed).await;
        assert_eq!((message.topic.as_str(), &message.event), ("a.b", &event(1)));
        message.ack().await.unwrap();
    }
}
