use super::place::{Place, consumer, event, next, next_id, outgoing, publish, reader, soon};
use factum_core::Timestamp;
use factum_messaging::{
    rabbitmq::{ContentMode, ExchangeKind, QueueType, RabbitMqConfig},
    transport::{Listen, Transport},
};
use std::error::Error as _;

#[tokio::test]
async fn a_queue_with_other_arguments_is_left_as_it_is() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    let other = place.config().queue_type(QueueType::Classic).connect().await.unwrap();
    let mut everything =
        other.listen(Listen::new(consumer("everything"), ["#".parse().unwrap()])).await.unwrap();
    let error = other.listen(reader()).await.err().expect("the queue is another one");
    assert!(!error.is_transient(), "{error:?}");
    assert!(error.to_string().contains(&place.queue("reader")), "{error}");
    assert!(error.source().unwrap().to_string().contains("x-queue-type"), "{error:?}");
    // Nobody else has noticed.
    publish(&other, outgoing("a.b", "k", event(1))).await;
    assert_eq!(next_id(&mut feed).await, "1");
    assert_eq!(next_id(&mut everything).await, "1");
    transport.close().await;
    other.close().await;
}

#[tokio::test]
async fn an_exchange_of_another_kind_is_left_as_it_is() {
    let place = Place::new();
    let transport = place.open().await;
    let error = place.config().exchange_kind(ExchangeKind::Fanout).connect().await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains(&place.exchange), "{error:?}");
    transport.close().await;
}

#[tokio::test]
async fn a_password_that_is_wrong_will_not_be_right_later() {
    let url = crate::servers::of_rabbitmq();
    let (_, host) = url.rsplit_once('@').unwrap();
    let error = RabbitMqConfig::new(format!("amqp://nobody:wrong@{host}")).connect().await.unwrap_err();
    assert!(!error.is_transient() && !error.is_closed(), "{error:?}");
    let error = RabbitMqConfig::new("amqp://guest:guest@127.0.0.1:1").connect().await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert!(!RabbitMqConfig::new("http://localhost").connect().await.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_pattern_that_is_taken_away_is_not_asked_for_any_more() {
    let place = Place::new();
    let transport = place.open().await;
    let patterns = ["order.#".parse().unwrap(), "invoice.#".parse().unwrap()];
    drop(transport.listen(Listen::new(consumer("reader"), patterns)).await.unwrap());
    let mut feed =
        transport.listen(Listen::new(consumer("reader"), ["order.#".parse().unwrap()])).await.unwrap();
    publish(&transport, outgoing("invoice.1", "k", event(1))).await;
    assert_eq!(next_id(&mut feed).await, "1", "the broker has not forgotten it");
    transport.unbind(&consumer("reader"), &"invoice.#".parse().unwrap()).await.unwrap();
    publish(&transport, outgoing("invoice.1", "k", event(2))).await;
    publish(&transport, outgoing("order.1", "k", event(3))).await;
    assert_eq!(next_id(&mut feed).await, "3");
    transport.close().await;
}

#[tokio::test]
async fn the_other_kinds_of_exchange_pass_on_what_they_can() {
    let direct = Place::new();
    let transport = direct.config().exchange_kind(ExchangeKind::Direct).connect().await.unwrap();
    let error = transport.listen(reader()).await.err().expect("a direct exchange has no wildcards");
    assert!(!error.is_transient(), "{error:?}");
    let mut feed = transport.listen(Listen::new(consumer("reader"), ["a.b".parse().unwrap()])).await.unwrap();
    publish(&transport, outgoing("a.c", "k", event(1))).await;
    publish(&transport, outgoing("a.b", "k", event(2))).await;
    assert_eq!(next_id(&mut feed).await, "2");
    transport.close().await;

    let fanout = Place::new();
    let transport = fanout.config().exchange_kind(ExchangeKind::Fanout).connect().await.unwrap();
    assert!(transport.listen(Listen::new(consumer("reader"), ["a.b".parse().unwrap()])).await.is_err());
    let mut feed = transport.listen(reader()).await.unwrap();
    publish(&transport, outgoing("a.c", "k", event(1))).await;
    let message = next(&mut feed).await;
    assert_eq!(message.topic.as_str(), "a.c");
    message.ack().await.unwrap();
    transport.close().await;
}

#[tokio::test]
async fn one_of_several_gets_everything_where_that_is_asked_for() {
    let place = Place::new();
    let transport = place.open().await;
    let mut one = transport.listen(reader().prefetch(1).alone()).await.unwrap();
    let mut other = transport.listen(reader().prefetch(1).alone()).await.unwrap();
    publish(&transport, outgoing("a", "k", event(1))).await;
    publish(&transport, outgoing("a", "l", event(2))).await;
    assert_eq!([next_id(&mut one).await, next_id(&mut one).await], ["1", "2"]);
    drop(one);
    publish(&transport, outgoing("a", "k", event(3))).await;
    assert_eq!(next_id(&mut other).await, "3");
    transport.close().await;
}

#[tokio::test]
async fn classic_queues_do_the_same() {
    let place = Place::new();
    let transport = place.config().queue_type(QueueType::Classic).connect().await.unwrap();
    let mut feed = transport.listen(reader()).await.unwrap();
    publish(&transport, outgoing("a", "k", event(1))).await;
    drop(next(&mut feed).await);
    let again = next(&mut feed).await;
    assert!(again.attempt > 1);
    again.nack(std::time::Duration::from_millis(5)).await.unwrap();
    let again = next(&mut feed).await;
    assert!(again.attempt > 2, "{}", again.attempt);
    again.reject().await.unwrap();
    place.plain().await.wait_for(&place.queue("reader.dead")).await;
    transport.close().await;
}

#[tokio::test]
async fn others_see_what_a_message_is() {
    let place = Place::new();
    let transport = place.open().await;
    transport.prepare(reader()).await.unwrap();
    let sent = || {
        let time = Timestamp::from_timestamp_micros(1_700_000_000_500_000).unwrap();
        event("id-7").with_time(time).with_content_type("text/plain").unwrap().with_data("hello")
    };
    publish(&transport, outgoing("a", "k", sent())).await;
    let plain = place.plain().await;
    let (body, properties) = plain.wait_for(&place.queue("reader")).await;
    assert_eq!(body, b"hello");
    assert_eq!(*properties.delivery_mode(), Some(2), "it is kept on the disk");
    assert_eq!(properties.content_type().as_ref().unwrap().as_str(), "text/plain");
    assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id-7");
    assert_eq!(properties.kind().as_ref().unwrap().as_str(), "Tested");
    assert_eq!(*properties.timestamp(), Some(1_700_000_000));
    let headers = properties.headers().as_ref().unwrap();
    assert!(
        headers.contains_key("cloudEvents_source") && !headers.contains_key("cloudEvents_datacontenttype")
    );

    let structured = place.config().content_mode(ContentMode::Structured).connect().await.unwrap();
    publish(&structured, outgoing("a", "k", sent())).await;
    let (body, properties) = plain.wait_for(&place.queue("reader")).await;
    assert!(String::from_utf8(body).unwrap().contains(r#""specversion":"1.0""#));
    assert_eq!(properties.content_type().as_ref().unwrap().as_str(), "application/cloudevents+json");
    soon(transport.close()).await;
    structured.close().await;
}
