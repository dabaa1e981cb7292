use super::place::{Place, event, next, next_id, outgoing, publish, reader, soon};
use factum_messaging::transport::Transport;
use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable, LongString},
};
use std::time::Duration;

fn headers(fields: &[(&str, &str)]) -> BasicProperties {
    let mut table = FieldTable::default();
    for (name, value) in fields {
        table.insert((*name).into(), AMQPValue::LongString(LongString::from(*value)));
    }
    BasicProperties::default().with_headers(table)
}

#[tokio::test]
async fn what_cannot_be_read_becomes_a_dead_letter_and_holds_up_nothing() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader().prefetch(1)).await.unwrap();
    let plain = place.plain().await;
    let full = [("cloudEvents_specversion", "1.0"), ("cloudEvents_id", "7"), ("cloudEvents_type", "T")];
    // No event at all, an attribute missing, and a routing key that is no topic.
    plain.publish(None, "a.b", b"{}", BasicProperties::default()).await;
    plain.publish(None, "a.b", b"{}", headers(&full)).await;
    let source = ("cloudEvents_source", "/elsewhere");
    plain.publish(None, "a..b", b"{}", headers(&[&full[..], &[source]].concat())).await;
    // And one that other clients write so.
    let others = full.map(|(name, value)| (name.replace('_', ":"), value));
    let others: Vec<_> = others.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let others = [&others[..], &[("cloudEvents:source", "/elsewhere"), ("unrelated", "\u{1}")]].concat();
    plain.publish(None, "a.b", b"{}", headers(&others)).await;
    let message = next(&mut feed).await;
    assert_eq!((message.event.id.as_str(), message.event.source.as_str()), ("7", "/elsewhere"));
    message.ack().await.unwrap();
    for _ in 0..3 {
        let (body, _) = plain.wait_for(&place.queue("reader.dead")).await;
        assert_eq!(body, b"{}");
    }
    transport.close().await;
}

#[tokio::test]
async fn a_dead_letter_can_be_taken_back() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    let plain = place.plain().await;
    publish(&transport, outgoing("order.7.paid", "k", event(1).with_data("data"))).await;
    next(&mut feed).await.reject().await.unwrap();
    let (body, properties) = plain.wait_for(&place.queue("reader.dead")).await;
    assert_eq!(body, b"data");
    // As a shovel does.
    plain.publish(Some(""), &place.queue("reader"), &body, properties).await;
    let message = next(&mut feed).await;
    assert_eq!((message.topic.as_str(), message.event.id.as_str()), ("order.7.paid", "1"));
    message.ack().await.unwrap();
    transport.close().await;
}

#[tokio::test]
async fn what_has_waited_is_as_it_was_and_is_counted() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    let sent =
        event(1).with_subject("s").unwrap().with_extension("partitionkey", "p").unwrap().with_data("data");
    publish(&transport, outgoing("order.7.p\u{e1}id", "k", sent.clone())).await;
    let pauses = [0, 1, 30, 0, 1];
    for (attempt, pause) in (1..).zip(pauses) {
        let message = next(&mut feed).await;
        assert_eq!((message.topic.as_str(), message.attempt), ("order.7.p\u{e1}id", attempt));
        assert_eq!(message.event, sent);
        soon(message.nack(Duration::from_millis(pause))).await.unwrap();
    }
    next(&mut feed).await.reject().await.unwrap();
    // It is a dead letter as any other, with its topic.
    let plain = place.plain().await;
    let (body, properties) = plain.wait_for(&place.queue("reader.dead")).await;
    plain.publish(Some(""), &place.queue("reader"), &body, properties).await;
    let message = next(&mut feed).await;
    assert_eq!((message.topic.as_str(), &message.event), ("order.7.p\u{e1}id", &sent));
    message.ack().await.unwrap();
    transport.close().await;
}

/// Somebody has tidied up.
#[tokio::test]
async fn a_queue_to_wait_in_that_was_deleted_is_made_again() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    let plain = place.plain().await;
    publish(&transport, outgoing("a.b", "k", event(1))).await;
    for _ in 0..2 {
        next(&mut feed).await.nack(Duration::from_millis(20)).await.unwrap();
        // What has waited has come back before.
        let message = next(&mut feed).await;
        let delay = format!("{}.delay.32", place.queue("reader"));
        plain.channel.queue_delete(delay.into(), Default::default()).await.unwrap();
        drop(message);
    }
    assert_eq!(next_id(&mut feed).await, "1");
    transport.close().await;
}

/// The broker tells those who listen that the queue is gone.
#[tokio::test]
async fn a_queue_that_was_deleted_is_made_again() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    publish(&transport, outgoing("a.b", "k", event(1))).await;
    assert_eq!(next_id(&mut feed).await, "1");
    let plain = place.plain().await;
    plain.channel.queue_delete(place.queue("reader").into(), Default::default()).await.unwrap();
    // It is there again when the feed has noticed, for which it has to be asked.
    let came = async {
        let mut round = 1;
        loop {
            round += 1;
            publish(&transport, outgoing("a.b", "k", event(round))).await;
            if let Ok(message) = tokio::time::timeout(Duration::from_millis(100), feed.next()).await {
                return message.unwrap().unwrap();
            }
        }
    };
    soon(came).await.ack().await.unwrap();
    transport.close().await;
}

#[tokio::test]
async fn whoever_gives_up_waiting_misses_nothing() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader().prefetch(2)).await.unwrap();
    for n in 0..50 {
        publish(&transport, outgoing("a.b", "k", event(n))).await;
    }
    let mut found = Vec::new();
    let read = async {
        while found.len() < 50 {
            tokio::select! {
                biased;
                message = feed.next() => {
                    let message = message.unwrap().unwrap();
                    found.push(message.event.id.clone());
                    message.ack().await.unwrap();
                }
                () = tokio::task::yield_now() => {}
            }
        }
    };
    soon(read).await;
    assert!(found.into_iter().eq((0..50).map(|n| n.to_string())));
    transport.close().await;
}
