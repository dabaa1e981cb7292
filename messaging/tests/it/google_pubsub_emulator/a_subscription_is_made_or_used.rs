use super::place::{PROJECT, Place};
use crate::given::soon;
use crate::mail::{id, listen, outgoing, publish};
use factum_messaging::{Transport as _, transport::PublishError};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn as_it_is_asked_for() {
    let place = Place::new();
    let config = place.config().retention(Duration::from_secs(3_600)).ack_deadline(Duration::from_secs(45));
    let pubsub = config.filtered().connect().await.unwrap();
    soon(pubsub.prepare(listen("billing/eu", &["order.7.paid", "user.*"]))).await.unwrap();
    let path = format!("subscriptions/{}-billing~2Feu", place.topic);
    let made = place.ask("GET", &path, &json!(null)).await;
    for (key, expected) in [
        ("topic", json!(format!("projects/{PROJECT}/topics/{}", place.topic))),
        ("ackDeadlineSeconds", json!(45)),
        ("enableMessageOrdering", json!(true)),
        ("messageRetentionDuration", json!("3600s")),
        ("expirationPolicy", json!({})),
        ("filter", json!(r#"attributes.topic = "order.7.paid" OR hasPrefix(attributes.topic, "user.")"#)),
    ] {
        assert_eq!(made[key], expected, "{key}");
    }
}

#[tokio::test]
async fn unless_it_is_there_and_another_one() {
    let place = Place::new();
    let (pubsub, filtered) = (place.connect().await, place.config().filtered().connect().await.unwrap());
    soon(filtered.prepare(listen("narrow", &["a.*"]))).await.unwrap();
    soon(filtered.prepare(listen("narrow", &["a.*", "a.b"]))).await.unwrap();
    for (pubsub, patterns) in [(&filtered, "b.*"), (&pubsub, "a.*")] {
        let error = soon(pubsub.prepare(listen("narrow", &[patterns]))).await.unwrap_err();
        assert!(!error.is_transient() && format!("{error:?}").contains("cannot be changed"), "{error:?}");
    }
    // One without a filter has all that there is.
    soon(pubsub.prepare(listen("wide", &["#"]))).await.unwrap();
    soon(filtered.prepare(listen("wide", &["a.*"]))).await.unwrap();

    let other = Place::new();
    other.connect().await;
    let path = format!("subscriptions/{}-elsewhere", place.topic);
    let topic = format!("projects/{PROJECT}/topics/{}", other.topic);
    place.ask("PUT", &path, &json!({ "topic": topic })).await;
    let error = soon(pubsub.listen(listen("elsewhere", &["#"]))).await.err().unwrap();
    assert!(!error.is_transient() && format!("{error:?}").contains(&topic), "{error:?}");
}

#[tokio::test]
async fn or_nothing_is_made_at_all() {
    let place = Place::new();
    let user = place.config().existing().connect().await.unwrap();
    let results = soon(user.publish(vec![outgoing("a", 0)])).await;
    assert!(matches!(results[0], Err(PublishError::Unavailable(_))), "{results:?}");
    let mut feed = soon(user.listen(listen("reader", &["#"]))).await.unwrap();
    let ended = soon(feed.next()).await.unwrap().unwrap_err();
    assert!(!ended.is_transient(), "{ended:?}");

    let admin = place.connect().await;
    soon(admin.prepare(listen("reader", &["#"]))).await.unwrap();
    let mut feed = soon(user.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&user, vec![outgoing("a", 1)]).await;
    assert_eq!(id(&mut feed).await, "1");
}
