use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish};
use factum_messaging::{Transport as _, mqtt::Qos};

#[tokio::test]
async fn which_another_feed_takes_over() {
    let place = Place::new();
    let mqtt = place.connect().await;
    let mut first = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("a", 1), outgoing("a", 2)]).await;
    let in_hand = next(&mut first).await;
    let mut second = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    assert!(soon(first.next()).await.unwrap().is_err_and(|error| error.is_transient()));
    let again = next(&mut second).await;
    assert_eq!((again.event.id.as_str(), again.attempt), ("1", 2));
    again.ack().await.unwrap();
    assert_eq!(id(&mut second).await, "2");
    drop(first);
    assert!(in_hand.ack().await.unwrap_err().is_closed());
}

#[tokio::test]
async fn and_another_process_after_this_one() {
    for qos in [Qos::AtLeastOnce, Qos::ExactlyOnce] {
        let place = Place::new();
        let connect = async || place.config().qos(qos).connect().await.unwrap();
        let mqtt = connect().await;
        let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
        publish(&mqtt, (1..=5).map(|n| outgoing("a", n)).collect()).await;
        assert_eq!(id(&mut feed).await, "1");
        let in_hand = next(&mut feed).await;
        mqtt.close().await;
        let mqtt = connect().await;
        publish(&mqtt, vec![outgoing("a", 6)]).await;
        let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
        for expected in 2..=6 {
            assert_eq!(id(&mut feed).await, expected.to_string());
        }
        drop(in_hand);
    }
}

#[tokio::test]
async fn of_which_preparing_it_in_another_process_takes_nothing() {
    let place = Place::new();
    let (mqtt, other) = (place.connect().await, place.connect().await);
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("a", 1)]).await;
    let in_hand = next(&mut feed).await;
    soon(other.prepare(listen("reader", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("a", 2)]).await;
    assert_eq!(id(&mut feed).await, "2");
    in_hand.ack().await.unwrap();
    soon(mqtt.prepare(listen("new", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("a", 3)]).await;
    assert_eq!(id(&mut feed).await, "3");
    let mut new = soon(other.listen(listen("new", &["#"]))).await.unwrap();
    assert_eq!(id(&mut new).await, "3");
}
