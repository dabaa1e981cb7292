use super::place::Place;
use crate::mail::{event, outgoing, publish};
use factum_messaging::transport::Outgoing;

#[tokio::test]
async fn if_it_is_the_same_event_under_the_same_topic() {
    let place = Place::new();
    let nats = place.connect().await;
    let messages = || (0..20).map(|n| outgoing("a.b", n)).collect::<Vec<_>>();
    publish(&nats, messages()).await;
    publish(&nats, messages()).await;
    publish(&place.connect().await, messages()).await;
    assert_eq!(place.count(&place.name).await, 20);
}

#[tokio::test]
async fn but_nothing_that_differs_is_taken_for_it() {
    let place = Place::new();
    let nats = place.connect().await;
    publish(&nats, vec![outgoing("a.b", 1), outgoing("a.c", 1)]).await;
    publish(&nats, vec![Outgoing::new("a.b".parse().unwrap(), "k", event(1).with_data("2"))]).await;
    assert_eq!(place.count(&place.name).await, 3);
}

#[tokio::test]
async fn and_everything_confirmed_is_kept() {
    let place = Place::new();
    let nats = place.connect().await;
    publish(&nats, (0..2_000).map(|n| outgoing(&format!("a.{}", n % 100), n)).collect()).await;
    assert_eq!(place.count(&place.name).await, 2_000);
    let mut last = std::collections::HashMap::new();
    for message in place.messages(&place.name).await {
        let number: u64 = str::from_utf8(&message.payload).unwrap().parse().unwrap();
        let before = last.insert(message.subject.to_string(), number);
        assert!(before.is_none_or(|before| before < number), "{number} after {before:?}");
    }
}
