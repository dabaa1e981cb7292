//! With `nats-py`, from the stream.

use super::place::Place;
use crate::foreign::{MESSAGES, Reader, check, check_asked, relayed};
use factum_messaging::Transport as _;

#[tokio::test]
async fn is_what_a_relay_has_published() {
    let place = Place::new();
    let nats = place.connect().await;
    let reader = Reader::start("nats", &crate::servers::of_nats(), &place.name, MESSAGES);
    let events = relayed(nats.clone()).await;
    check("binary", reader.read().await, &events, |order| format!("{}.order.{order}.Paid", place.name));
    nats.close().await;
}

#[tokio::test]
async fn and_what_a_service_answers() {
    let place = Place::new();
    let nats = place.connect().await;
    check_asked(nats.clone(), "nats", &crate::servers::of_nats(), &place.name).await;
    nats.close().await;
}
