use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, next, publish, until};
use factum_messaging::{Transport as _, transport::Outgoing};
use std::time::Duration;

fn of_key(n: u32) -> Outgoing {
    Outgoing::new("a.b".parse().unwrap(), "k", event(n))
}

#[tokio::test]
async fn and_nothing_past_what_is_not() {
    let place = Place::new();
    let kafka = place.connect().await;
    let group = format!("{}.reader", place.topic);
    let mut feed = soon(kafka.listen(listen("reader", &["a.*"]).alone())).await.unwrap();
    publish(&kafka, (1..=4).map(of_key).collect()).await;
    let first = next(&mut feed).await;
    let second = next(&mut feed).await;
    assert_eq!(id(&mut feed).await, "3");
    second.nack(Duration::from_secs(3_600)).await.unwrap();
    assert_eq!(id(&mut feed).await, "4");
    first.ack().await.unwrap();
    until(async || place.committed(&group).await == 1).await;
    drop(feed);
    // What was settled behind it comes again, since Kafka remembers one number.
    let mut feed = soon(kafka.listen(listen("reader", &["a.*"]).alone())).await.unwrap();
    assert_eq!([id(&mut feed).await, id(&mut feed).await, id(&mut feed).await], ["2", "3", "4"]);
    until(async || place.committed(&group).await == 4).await;
}

#[tokio::test]
async fn what_is_for_nobody_too() {
    let place = Place::new();
    let kafka = place.connect().await;
    let _feed = soon(kafka.listen(listen("reader", &["else"]).alone())).await.unwrap();
    publish(&kafka, (1..=4).map(of_key).collect()).await;
    until(async || place.committed(&format!("{}.reader", place.topic)).await == 4).await;
}

#[tokio::test]
async fn before_an_acknowledgement_returns_if_that_is_asked_for() {
    let place = Place::new();
    let kafka = place.config().confirm_acks().connect().await.unwrap();
    let group = format!("{}.reader", place.topic);
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    publish(&kafka, (1..=2).map(of_key).collect()).await;
    for n in 1..=2 {
        let message = next(&mut feed).await;
        soon(message.ack()).await.unwrap();
        assert_eq!(place.committed(&group).await, n);
    }
}

#[tokio::test]
async fn by_a_member_of_a_group_too() {
    let place = Place::new();
    let kafka = place.connect().await;
    let group = format!("{}.reader", place.topic);
    let mut feed = soon(kafka.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&kafka, (1..=2).map(of_key).collect()).await;
    assert_eq!([id(&mut feed).await, id(&mut feed).await], ["1", "2"]);
    until(async || place.committed(&group).await == 2).await;
    // What it has in hand when it goes is somebody else's.
    publish(&kafka, vec![of_key(3)]).await;
    let in_hand = next(&mut feed).await;
    drop(feed);
    assert!(in_hand.ack().await.is_err());
    let mut feed = soon(kafka.listen(listen("reader", &["#"]))).await.unwrap();
    assert_eq!(id(&mut feed).await, "3");
}
