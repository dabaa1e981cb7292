use super::{
    place::{Place, event, next, next_id, outgoing, publish, reader, soon, url},
    proxy::Proxy,
};
use factum_messaging::{
    rabbitmq::{RabbitMq, RabbitMqConfig},
    transport::{PublishError, Transport},
};
use std::{collections::BTreeSet, time::Duration};

fn through(proxy: &Proxy, place: &Place) -> RabbitMqConfig {
    RabbitMqConfig::new(proxy.url()).exchange(&place.exchange)
}

/// As the relay does.
async fn publish_until_it_is(transport: &RabbitMq, id: u32) {
    let published = async {
        while transport.publish(vec![outgoing("a.b", "k", event(id))]).await[0].is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon(published).await;
}

#[tokio::test]
async fn feeds_go_on_and_so_does_whoever_publishes() {
    let place = Place::new();
    let proxy = Proxy::to(&url()).await;
    let transport = through(&proxy, &place).connect().await.unwrap();
    let mut feed = transport.listen(reader()).await.unwrap();
    for round in 0..3 {
        publish_until_it_is(&transport, round).await;
        // It may have come twice: once for each try.
        while next_id(&mut feed).await != round.to_string() {}
        proxy.cut().await;
    }
    transport.close().await;
}

#[tokio::test]
async fn what_was_in_hand_comes_again_and_cannot_be_acknowledged_any_more() {
    let place = Place::new();
    let proxy = Proxy::to(&url()).await;
    let transport = through(&proxy, &place).connect().await.unwrap();
    let mut feed = transport.listen(reader()).await.unwrap();
    publish(&transport, outgoing("a.b", "k", event(1))).await;
    let first = next(&mut feed).await;
    assert_eq!(first.attempt, 1);
    proxy.cut().await;
    let again = next(&mut feed).await;
    assert_eq!((again.event.id.as_str(), again.attempt), ("1", 2));
    let error = soon(first.ack()).await.expect_err("its channel is gone");
    assert!(error.is_transient(), "{error:?}");
    soon(again.ack()).await.unwrap();
    transport.close().await;
}

#[tokio::test]
async fn who_listens_alone_goes_on_where_it_was() {
    let place = Place::new();
    let proxy = Proxy::to(&url()).await;
    let (transport, publishes) = (through(&proxy, &place).connect().await.unwrap(), place.open().await);
    let mut feed = transport.listen(reader().prefetch(4).alone()).await.unwrap();
    for id in 1..=8 {
        publish(&publishes, outgoing("a.b", "k", event(id))).await;
    }
    assert_eq!(next_id(&mut feed).await, "1");
    let in_hand = [next(&mut feed).await, next(&mut feed).await];
    proxy.cut().await;
    // What had come before it was noticed comes again too, after what was in hand: no acknowledgement gets through.
    let again = loop {
        let message = next(&mut feed).await;
        if message.event.id == "2" {
            break message;
        }
        let _ = soon(message.ack()).await;
    };
    drop(in_hand);
    again.ack().await.unwrap();
    for id in 3..=8 {
        assert_eq!(next_id(&mut feed).await, id.to_string());
    }
    transport.close().await;
    publishes.close().await;
}

#[tokio::test]
async fn nobody_waits_long_for_a_broker_that_is_away() {
    let place = Place::new();
    let proxy = Proxy::to(&url()).await;
    let transport = through(&proxy, &place).connect().await.unwrap();
    let mut feed = transport.listen(reader()).await.unwrap();
    proxy.close().await;
    for _ in 0..20 {
        let results = soon(transport.publish((0..10).map(|n| outgoing("a.b", n, event(n))).collect())).await;
        assert_eq!(results.len(), 10);
        assert!(results.iter().all(Result::is_err), "{results:?}");
        assert!(
            results.iter().any(|result| matches!(result, Err(PublishError::Unavailable(_)))),
            "{results:?}"
        );
    }
    assert!(transport.listen(reader()).await.err().expect("there is no broker").is_transient());
    proxy.open();
    publish_until_it_is(&transport, 99).await;
    assert_eq!(next_id(&mut feed).await, "99");
    transport.close().await;
}

/// Each of them is confirmed or not, and what was confirmed is there.
#[tokio::test]
async fn what_is_confirmed_while_connections_end_is_there() {
    let place = Place::new();
    let proxy = Proxy::to(&url()).await;
    let transport = through(&proxy, &place).connect().await.unwrap();
    transport.prepare(reader()).await.unwrap();
    let mut confirmed = BTreeSet::new();
    let mut id = 0;
    for _ in 0..5 {
        let messages: Vec<_> = (0..2_000)
            .map(|_| {
                id += 1;
                outgoing("a.b", id % 500, event(id))
            })
            .collect();
        let ids: Vec<_> = messages.iter().map(|message| message.event.id.clone()).collect();
        let cut = async {
            tokio::task::yield_now().await;
            proxy.cut().await;
        };
        let (results, ()) = soon(futures_util::future::join(transport.publish(messages), cut)).await;
        confirmed.extend(ids.into_iter().zip(results).filter(|(_, result)| result.is_ok()).map(|(id, _)| id));
    }
    publish_until_it_is(&transport, 0).await;
    let mut feed = transport.listen(reader()).await.unwrap();
    while !confirmed.is_empty() {
        confirmed.remove(&next_id(&mut feed).await);
    }
    transport.close().await;
}

#[tokio::test]
async fn the_end_comes_also_while_the_broker_is_away() {
    let place = Place::new();
    let proxy = Proxy::to(&url()).await;
    let transport = through(&proxy, &place).connect().await.unwrap();
    let mut feed = transport.listen(reader()).await.unwrap();
    proxy.close().await;
    let (_, ended) = soon(futures_util::future::join(transport.close(), feed.next())).await;
    assert!(ended.is_none());
}
