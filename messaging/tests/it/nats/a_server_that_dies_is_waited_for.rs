use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish, until};
use factum_messaging::{Transport as _, transport::PublishError};
use factum_services::nats::Nats;
use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    time::{Duration, Instant},
};

#[tokio::test]
async fn and_nothing_confirmed_is_lost() {
    let server = Nats::builder().start().await.unwrap();
    let place = Place::at(server.url());
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    let (is_over, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let publishing = async {
        let mut confirmed = Vec::new();
        for batch in 0.. {
            let messages: Vec<_> = (0..100).map(|n| outgoing(&format!("a.{n}"), batch * 100 + n)).collect();
            let ids: Vec<_> = messages.iter().map(|message| message.event.id.clone()).collect();
            let results = nats.publish(messages).await;
            confirmed
                .extend(ids.into_iter().zip(results).filter(|(_, result)| result.is_ok()).map(|(id, _)| id));
            count.store(confirmed.len(), SeqCst);
            if is_over.load(SeqCst) {
                break;
            }
            // It is tried again and again; not as fast as can be.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        confirmed
    };
    let killing = async {
        for _ in 0..3 {
            let before = count.load(SeqCst);
            until(async || count.load(SeqCst) >= before + 100).await;
            server.kill().await.unwrap();
            server.start().await.unwrap();
            until(async || nats.publish(vec![outgoing("again", 0)]).await[0].is_ok()).await;
        }
        is_over.store(true, SeqCst);
    };
    let reading = async {
        let mut found = HashSet::new();
        loop {
            let id = id(&mut feed).await;
            if id == "the end" {
                break found;
            }
            found.insert(id);
        }
    };
    let publishing = async {
        let (confirmed, ()) = futures_util::future::join(publishing, killing).await;
        publish(&nats, vec![outgoing("z", "the end")]).await;
        confirmed
    };
    let (confirmed, mut found) = futures_util::future::join(publishing, reading).await;
    assert!(confirmed.len() >= 300, "{}", confirmed.len());
    // What was in hand when the server died comes after the end.
    while !confirmed.iter().all(|id| found.contains(id)) {
        found.insert(id(&mut feed).await);
    }
}

#[tokio::test]
async fn without_waiting_with_what_is_to_be_published() {
    let server = Nats::builder().start().await.unwrap();
    let place = Place::at(server.url());
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&nats, vec![outgoing("a", 1)]).await;
    let in_hand = next(&mut feed).await;
    server.kill().await.unwrap();
    until(async || nats.publish(vec![outgoing("a", 2)]).await[0].is_err()).await;
    let from = Instant::now();
    let results = nats.publish((0..1_000).map(|n| outgoing(&format!("a.{n}"), n)).collect()).await;
    assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
    assert!(results.iter().all(|result| {
        matches!(result, Err(PublishError::Unavailable(error)) if error.is_transient())
            || matches!(result, Err(PublishError::Behind))
    }));
    let listened = soon(nats.listen(listen("other", &["#"]))).await;
    assert!(listened.is_err_and(|error| error.is_transient()));
    server.start().await.unwrap();
    // What was in hand is acknowledged over the new connection, and does not come again.
    in_hand.ack().await.unwrap();
    until(async || nats.publish(vec![outgoing("b", 3)]).await[0].is_ok()).await;
    // What is not known to be published may be: the client may have had it in hand.
    let mut ids = vec![id(&mut feed).await];
    if ids == ["2"] {
        ids.push(id(&mut feed).await);
    }
    assert_eq!(ids.last().map(String::as_str), Some("3"));
    until(async || place.consumer("reader").await.num_ack_pending == 0).await;
}

#[tokio::test]
async fn also_when_it_only_hangs() {
    let server = Nats::builder().start().await.unwrap();
    let place = Place::at(server.url());
    let nats = place.config().confirm_timeout(Duration::from_millis(500)).connect().await.unwrap();
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    server.pause().unwrap();
    let results = soon(nats.publish(vec![outgoing("a", 1), outgoing("a", 2)])).await;
    assert!(
        matches!(results[..], [Err(PublishError::Unavailable(_)), Err(PublishError::Behind)]),
        "{results:?}"
    );
    server.resume().unwrap();
    // It was only late; what is published again is recognised.
    publish(&nats, vec![outgoing("a", 1), outgoing("a", 2)]).await;
    assert_eq!([id(&mut feed).await, id(&mut feed).await], ["1", "2"]);
    assert_eq!(place.count(&place.name).await, 2);
}

/// What has been sent and has not arrived, the server would send again when `ack_wait` is over; and nothing comes twice.
#[tokio::test]
async fn in_order_for_who_listens_alone() {
    let server = Nats::builder().start().await.unwrap();
    let place = Place::at(server.url());
    let nats = place.connect().await;
    let alone = listen("reader", &["#"]).prefetch(2).alone();
    let mut feed = soon(nats.listen(alone)).await.unwrap();
    publish(&nats, (1..=5).map(|n| outgoing("a", n)).collect()).await;
    let in_hand = next(&mut feed).await;
    // Acknowledged before an older one, so that who follows begins before it; and there is room for one more.
    assert_eq!(id(&mut feed).await, "2");
    until(async || place.consumer("reader==1").await.num_ack_pending == 2).await;
    // One is sent to where nobody reads it.
    let lost = async_nats::connect(server.url()).await.unwrap();
    let _unread = lost.subscribe("nowhere").await.unwrap();
    let ask = format!("$JS.API.CONSUMER.MSG.NEXT.{}.reader==1", place.name);
    lost.publish_with_reply(ask, "nowhere", "1".into()).await.unwrap();
    until(async || place.consumer("reader==1").await.num_ack_pending == 3).await;
    server.stop().await.unwrap();
    server.start().await.unwrap();
    until(async || nats.publish(vec![outgoing("a", 6)]).await[0].is_ok()).await;
    in_hand.ack().await.unwrap();
    let mut ids = Vec::new();
    while ids.last().is_none_or(|id| id != "6") {
        ids.push(id(&mut feed).await);
    }
    assert_eq!(ids, ["3", "4", "5", "6"]);
    until(async || place.consumer("reader==2").await.num_ack_pending == 0).await;
}
