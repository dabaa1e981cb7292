//! With `paho-mqtt`.

use super::place::Place;
use crate::foreign::{MESSAGES, Reader, check, relayed};
use factum_messaging::Transport as _;

#[tokio::test]
async fn is_what_a_relay_has_published() {
    let place = Place::new();
    let mqtt = place.connect().await;
    let reader = Reader::start("mqtt", &place.url, &place.prefix, MESSAGES);
    let events = relayed(mqtt.clone()).await;
    check("binary", reader.read().await, &events, |order| format!("{}/order/{order}/Paid", place.prefix));
    mqtt.close().await;
}
