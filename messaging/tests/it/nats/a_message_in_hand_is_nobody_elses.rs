use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish, until};
use factum_messaging::Transport as _;
use std::time::Duration;

const ACK_WAIT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn for_as_long_as_it_takes() {
    let place = Place::new();
    let nats = place.config().ack_wait(ACK_WAIT).connect().await.unwrap();
    let mut one = soon(nats.listen(listen("reader", &["#"]).prefetch(1))).await.unwrap();
    publish(&nats, vec![outgoing("a", 1)]).await;
    let in_hand = next(&mut one).await;
    let mut other = soon(nats.listen(listen("reader", &["#"]).prefetch(1))).await.unwrap();
    assert!(tokio::time::timeout(4 * ACK_WAIT, other.next()).await.is_err(), "it came to another one");
    in_hand.ack().await.unwrap();
    until(async || place.consumer("reader").await.num_ack_pending == 0).await;
    let consumer = place.consumer("reader").await;
    assert_eq!(consumer.delivered.consumer_sequence, 1, "it was delivered once");
}

#[test]
fn until_its_process_dies() {
    let place = Place::new();
    let nats = || async { place.config().ack_wait(ACK_WAIT).connect().await.unwrap() };
    let dies = tokio::runtime::Runtime::new().unwrap();
    let in_hand = dies.block_on(async {
        let nats = nats().await;
        let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
        publish(&nats, vec![outgoing("a", 1)]).await;
        (next(&mut feed).await, feed, nats)
    });
    // Nothing of it runs any more, and nobody was told.
    dies.shutdown_timeout(Duration::from_secs(10));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let nats = nats().await;
        let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
        let again = next(&mut feed).await;
        assert_eq!((again.event.id.as_str(), again.attempt), ("1", 2));
        again.ack().await.unwrap();
    });
    drop(in_hand);
}

#[test]
fn and_who_listens_alone_gets_it_before_anything_newer_then() {
    let place = Place::new();
    let nats = || async { place.config().ack_wait(ACK_WAIT).confirm_acks().connect().await.unwrap() };
    let alone = || listen("reader", &["#"]).prefetch(8).alone();
    let dies = tokio::runtime::Runtime::new().unwrap();
    let in_hand = dies.block_on(async {
        let nats = nats().await;
        let mut feed = soon(nats.listen(alone())).await.unwrap();
        publish(&nats, (1..=20).map(|n| outgoing("a", n)).collect()).await;
        assert_eq!(id(&mut feed).await, "1");
        (next(&mut feed).await, next(&mut feed).await, feed, nats)
    });
    dies.shutdown_timeout(Duration::from_secs(10));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let nats = nats().await;
        let mut feed = soon(nats.listen(alone())).await.unwrap();
        for expected in 2..=20 {
            assert_eq!(id(&mut feed).await, expected.to_string());
        }
    });
    drop(in_hand);
}

#[tokio::test]
async fn after_which_it_is_given_back_at_once() {
    let place = Place::new();
    // A minute, in which nothing would come again by itself.
    let nats = place.config().ack_wait(Duration::from_secs(60)).connect().await.unwrap();
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&nats, (1..=5).map(|n| outgoing("a", n)).collect()).await;
    let in_hand = [next(&mut feed).await, next(&mut feed).await];
    drop(feed);
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(id(&mut feed).await);
    }
    ids.sort_unstable();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    for late in in_hand {
        assert!(late.ack().await.unwrap_err().is_closed(), "it is somebody else's now");
    }

    publish(&nats, vec![outgoing("a", 6)]).await;
    let in_hand = next(&mut feed).await;
    nats.close().await;
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    assert_eq!(id(&mut feed).await, "6");
    drop(in_hand);
}

#[tokio::test]
async fn and_what_was_acknowledged_before_the_end_stays_so() {
    for confirms in [false, true] {
        let place = Place::new();
        let config = place.config();
        let config = if confirms { config.confirm_acks() } else { config };
        let nats = config.connect().await.unwrap();
        let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
        publish(&nats, (1..=100).map(|n| outgoing("a", n)).collect()).await;
        for n in 1..=50 {
            assert_eq!(id(&mut feed).await, n.to_string());
        }
        if confirms {
            assert_eq!(place.consumer("reader").await.ack_floor.stream_sequence, 50);
        }
        nats.close().await;
        let nats = place.connect().await;
        let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
        let mut ids = Vec::new();
        for _ in 51..=100 {
            ids.push(id(&mut feed).await.parse::<u64>().unwrap());
        }
        ids.sort_unstable();
        assert!(ids.into_iter().eq(51..=100));
    }
}
