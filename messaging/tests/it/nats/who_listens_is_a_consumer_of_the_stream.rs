use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish, until};
use factum_messaging::{Transport as _, transport::Since};
use std::time::Duration;

#[tokio::test]
async fn with_the_patterns_that_it_has_now() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["a.*"]))).await.unwrap();
    publish(&nats, vec![outgoing("a.1", 1), outgoing("b.1", 2)]).await;
    assert_eq!(id(&mut feed).await, "1");
    drop(feed);
    until(async || place.consumer("reader").await.num_ack_pending == 0).await;
    let mut feed = soon(nats.listen(listen("reader", &["b.*"]).since(Since::Beginning))).await.unwrap();
    publish(&nats, vec![outgoing("a.1", 3), outgoing("b.1", 4)]).await;
    // Where it has got to stays: nothing that was before the first message that it has acknowledged, or it, comes again.
    let first = id(&mut feed).await;
    let last = if first == "2" { id(&mut feed).await } else { first };
    assert_eq!(last, "4");
    drop(feed);
    soon(nats.prepare(listen("reader", &["a.*", "b.*"]))).await.unwrap();
    publish(&nats, vec![outgoing("a.1", 5), outgoing("b.1", 6)]).await;
    let mut feed = soon(nats.listen(listen("reader", &["a.*", "b.*"]))).await.unwrap();
    let mut ids = vec![id(&mut feed).await, id(&mut feed).await];
    ids.retain(|id| id != "3");
    if ids.len() < 2 {
        ids.push(id(&mut feed).await);
    }
    assert_eq!(ids, ["5", "6"]);
}

#[tokio::test]
async fn and_is_done_with_what_none_of_them_matches() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#.paid", "x.#.y"]).prefetch(2))).await.unwrap();
    publish(&nats, (0..100).map(|n| outgoing(&format!("a.{n}.sent"), n)).collect()).await;
    publish(&nats, vec![outgoing("a.b.c.paid", "paid"), outgoing("x.y", "xy"), outgoing("x.y.z", "xyz")])
        .await;
    let mut ids = [id(&mut feed).await, id(&mut feed).await];
    ids.sort_unstable();
    assert_eq!(ids, ["paid", "xy"]);
    until(async || {
        let consumer = place.consumer("reader").await;
        (consumer.num_ack_pending, consumer.num_pending) == (0, 0)
    })
    .await;
}

#[tokio::test]
async fn or_of_nothing_without_a_pattern() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &[]))).await.unwrap();
    publish(&nats, vec![outgoing("a.b", 1)]).await;
    assert_eq!(place.consumer("reader").await.num_pending, 0);
    assert!(tokio::time::timeout(Duration::from_millis(100), feed.next()).await.is_err());
}

#[tokio::test]
async fn which_is_made_again_if_somebody_deletes_it() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]).since(Since::Beginning))).await.unwrap();
    publish(&nats, vec![outgoing("a.b", 1)]).await;
    let in_hand = next(&mut feed).await;
    let stream = place.jetstream().await.get_stream(&place.name).await.unwrap();
    stream.delete_consumer("reader").await.unwrap();
    assert_eq!(id(&mut feed).await, "1", "the new consumer knows nothing of it");
    in_hand.ack().await.unwrap();
    publish(&nats, vec![outgoing("a.b", 2)]).await;
    assert_eq!(id(&mut feed).await, "2");
}

#[tokio::test]
async fn whose_room_is_that_of_each_who_shares_it() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut one = soon(nats.listen(listen("reader", &["#"]).prefetch(2))).await.unwrap();
    let mut other = soon(nats.listen(listen("reader", &["#"]).prefetch(3))).await.unwrap();
    publish(&nats, (0..9).map(|n| outgoing("a", n)).collect()).await;
    let mut in_hand = Vec::new();
    for _ in 0..2 {
        in_hand.push(next(&mut one).await);
    }
    for _ in 0..3 {
        in_hand.push(next(&mut other).await);
    }
    // Also with a message that waits, which takes no room.
    in_hand.pop().unwrap().nack(Duration::from_secs(3_600)).await.unwrap();
    in_hand.push(next(&mut other).await);
    assert_eq!(place.consumer("reader").await.num_ack_pending, 6);
}
