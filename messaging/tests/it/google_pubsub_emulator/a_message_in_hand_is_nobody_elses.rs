use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish};
use factum_messaging::Transport as _;
use std::time::Duration;
use tokio::time::timeout;

/// By Google's rules it is not shorter for a subscription, and so until a message was held for the first time.
const DEADLINE: Duration = Duration::from_secs(10);
const A_WHILE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn for_as_long_as_it_takes() {
    let place = Place::new();
    let pubsub = place.config().ack_deadline(Duration::from_secs(2)).connect().await.unwrap();
    let mut one = soon(pubsub.listen(listen("reader", &["#"]).prefetch(1))).await.unwrap();
    publish(&pubsub, vec![outgoing("a", 1)]).await;
    let in_hand = next(&mut one).await;
    let mut other = soon(pubsub.listen(listen("reader", &["#"]).prefetch(1))).await.unwrap();
    let (a_second, none) = (Duration::from_secs(1), "it came to another one");
    assert!(timeout(DEADLINE + 2 * a_second, other.next()).await.is_err(), "{none}");
    in_hand.ack().await.unwrap();
    assert!(timeout(3 * a_second, other.next()).await.is_err(), "{none}");
}

#[test]
fn until_its_process_dies() {
    let place = Place::new();
    let alone = || listen("reader", &["#"]).prefetch(2).alone();
    let dies = tokio::runtime::Runtime::new().unwrap();
    let in_hand = dies.block_on(async {
        let pubsub = place.config().ack_deadline(DEADLINE).connect().await.unwrap();
        let mut feed = soon(pubsub.listen(alone())).await.unwrap();
        publish(&pubsub, (1..=5).map(|n| outgoing("a", n)).collect()).await;
        (next(&mut feed).await, next(&mut feed).await, feed, pubsub)
    });
    // Nothing of it runs any more, and nobody was told.
    dies.shutdown_timeout(A_WHILE);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let pubsub = place.connect().await;
        let mut feed = soon(pubsub.listen(alone())).await.unwrap();
        // What it had in hand comes before anything newer.
        let first = timeout(A_WHILE, feed.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(first.event.id, "1");
        first.ack().await.unwrap();
        for n in 2..=5 {
            assert_eq!(id(&mut feed).await, n.to_string());
        }
    });
    drop(in_hand);
}

#[tokio::test]
async fn after_which_it_is_given_back() {
    let place = Place::new();
    // A minute, in which nothing would come again by itself.
    let config = || place.config().ack_deadline(Duration::from_secs(60));
    let pubsub = config().connect().await.unwrap();
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&pubsub, (1..=5).map(|n| outgoing("a", n)).collect()).await;
    let in_hand = [next(&mut feed).await, next(&mut feed).await];
    drop(feed);
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    for n in 1..=5 {
        assert_eq!(id(&mut feed).await, n.to_string());
    }
    for late in in_hand {
        assert!(late.ack().await.unwrap_err().is_closed(), "it is somebody else's now");
    }

    publish(&pubsub, vec![outgoing("a", 6)]).await;
    let in_hand = next(&mut feed).await;
    soon(pubsub.close()).await;
    let pubsub = config().connect().await.unwrap();
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    assert_eq!(id(&mut feed).await, "6");
    drop(in_hand);
}

#[tokio::test]
async fn and_attempts_are_those_that_the_server_counts_where_it_does() {
    let place = Place::new();
    let pubsub = place.connect().await;
    let dead = format!("projects/{}/topics/{}", super::place::PROJECT, place.topic);
    let wanted = serde_json::json!({
        "topic": dead,
        "enableMessageOrdering": true,
        "deadLetterPolicy": { "deadLetterTopic": dead, "maxDeliveryAttempts": 100 },
    });
    place.ask("PUT", &format!("subscriptions/{}-reader", place.topic), &wanted).await;
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&pubsub, vec![outgoing("a", 1)]).await;
    next(&mut feed).await.nack(Duration::ZERO).await.unwrap();
    drop(feed);
    // It comes to one who has never seen it.
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    let again = next(&mut feed).await;
    assert!(again.attempt > 1, "{}", again.attempt);
    again.ack().await.unwrap();
}
