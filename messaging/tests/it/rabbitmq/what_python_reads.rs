//! With `pika`, from a queue of its own.

use super::place::{Place, url};
use crate::foreign::{MESSAGES, Reader, check, check_asked, relayed};
use factum_messaging::{Transport as _, rabbitmq::ContentMode};

#[tokio::test]
async fn is_what_a_relay_has_published() {
    let place = Place::new();
    for (way, mode) in [("binary", ContentMode::Binary), ("structured", ContentMode::Structured)] {
        let transport = place.config().content_mode(mode).connect().await.unwrap();
        let reader = Reader::start("rabbitmq", &url(), &place.exchange, MESSAGES);
        let events = relayed(transport.clone()).await;
        check(way, reader.read().await, &events, |order| format!("order.{order}.Paid"));
        transport.close().await;
    }
}

#[tokio::test]
async fn and_what_a_service_answers() {
    let place = Place::new();
    let transport = place.open().await;
    check_asked(transport.clone(), "rabbitmq", &url(), &place.exchange).await;
    transport.close().await;
}
