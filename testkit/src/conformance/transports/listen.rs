//! Who gets what.

use super::{NEVER, ack, is_silent, listen, next, number, numbers, outgoing, publish, soon, to};
use crate::conformance::Fixture;
use factum_messaging::{
    Transport,
    transport::{Incoming, Since},
};
use tokio::time::timeout;

/// Whatever others do with it.
pub async fn every_consumer_gets_everything(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feeds = Vec::new();
    for name in ["one", "another", "a.third-1 with_marks"] {
        feeds.push(listen(&transport, to(name, &["#"])).await);
    }
    publish(&transport, (1..=20).map(|n| outgoing("a.b", "k", n)).collect()).await;
    for feed in &mut feeds {
        assert!(numbers(feed, 20).await.into_iter().eq(1..=20));
    }
}

/// What was published before it listened for the first time does not come.
pub async fn a_new_consumer_begins_now(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 2)]).await;
    assert_eq!(number(&mut feed).await, 2);
}

/// Whoever waits is told.
pub async fn the_end_of_the_transport_is_that_of_its_feeds(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    let (_, ended) = soon(async { futures_util::future::join(transport.close(), feed.next()).await }).await;
    assert!(ended.is_none(), "{ended:?}");
    assert!(soon(feed.next()).await.is_none(), "it stays so");
}

/// The next comes when one is settled. They are of different keys: what follows in a key may wait for all that is under way of it.
pub async fn no_more_are_under_way_than_are_allowed(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"]).prefetch(3)).await;
    publish(&transport, (1..=6).map(|n| outgoing("a.b", &n.to_string(), n)).collect()).await;
    let mut under_way = Vec::new();
    for _ in 0..3 {
        under_way.push(next(&mut feed).await);
    }
    is_silent(&mut feed).await;
    let number = |message: &Incoming| super::number_of(&message.event);
    let taken: Vec<_> = under_way.iter().map(number).collect();
    ack(under_way.remove(0)).await;
    let another = number(&next(&mut feed).await);
    assert!(!taken.contains(&another), "{another} after {taken:?}");
}

/// Once it has listened.
pub async fn what_is_published_while_nobody_listens_is_kept(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    publish(&transport, vec![outgoing("a.b", "k", 1)]).await;
    assert_eq!(number(&mut feed).await, 1);
    drop(feed);
    publish(&transport, (2..=5).map(|n| outgoing("a.b", "k", n)).collect()).await;
    let mut feed = listen(&transport, to("reader", &["#"])).await;
    assert!(numbers(&mut feed, 4).await.into_iter().eq(2..=5));
}

/// Although it has never listened.
pub async fn who_is_prepared_misses_nothing(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let readers = || [to("reader", &["#"]), to("lone reader", &["#"]).alone()];
    for reader in readers() {
        soon(transport.prepare(reader)).await.expect("it can be prepared");
    }
    publish(&transport, (1..=3).map(|n| outgoing("a.b", "k", n)).collect()).await;
    for reader in readers() {
        // Doing it again changes nothing.
        soon(transport.prepare(reader.clone())).await.expect("it can be prepared");
        let mut feed = listen(&transport, reader.clone()).await;
        assert!(numbers(&mut feed, 3).await.into_iter().eq(1..=3));
        // Nor does it while somebody listens, who may have to begin again.
        soon(transport.prepare(reader.clone())).await.expect("it can be prepared");
        if let Ok(ended) = timeout(NEVER, feed.next()).await {
            let Some(Err(error)) = ended else { panic!("nothing was to come: {ended:?}") };
            assert!(error.is_transient(), "{error:?}");
            drop(feed);
            feed = listen(&transport, reader).await;
            is_silent(&mut feed).await;
        }
    }
}

/// Each message comes to one of them, and none of them gets nothing for ever.
pub async fn those_who_listen_in_one_name_share(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut one = listen(&transport, to("reader", &["#"]).prefetch(1)).await;
    let mut other = listen(&transport, to("reader", &["#"]).prefetch(1)).await;
    let (mut found, mut published) = (Vec::new(), 0);
    let (mut of_one, mut of_other) = (0, 0);
    // Some brokers take a while to share out what there is.
    soon(async {
        while of_one == 0 || of_other == 0 || published < 100 {
            let round = published..published + 20;
            publish(&transport, round.map(|n| outgoing("a.b", &n.to_string(), n)).collect()).await;
            published += 20;
            for _ in 0..20 {
                let message = tokio::select! {
                    message = next(&mut one) => {
                        of_one += 1;
                        message
                    }
                    message = next(&mut other) => {
                        of_other += 1;
                        message
                    }
                };
                found.push(super::number_of(&message.event));
                ack(message).await;
            }
        }
    })
    .await;
    found.sort_unstable();
    assert!(found.into_iter().eq(0..published), "each message came once");
}

/// Where the broker keeps what was published.
pub async fn a_new_consumer_may_begin_at_the_beginning(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    publish(&transport, (1..=5).map(|n| outgoing("a.b", "k", n)).collect()).await;
    let mut feed = listen(&transport, to("reader", &["a.#"]).since(Since::Beginning)).await;
    assert!(numbers(&mut feed, 5).await.into_iter().eq(1..=5));
    drop(feed);
    // It is not new any more.
    let mut feed = listen(&transport, to("reader", &["a.#"]).since(Since::Beginning)).await;
    publish(&transport, vec![outgoing("a.b", "k", 6)]).await;
    assert_eq!(number(&mut feed).await, 6);
}

/// As that of another process would.
pub async fn what_one_connection_publishes_comes_in_on_another(place: impl Fixture<Store: Transport>) {
    let (one, other) = (place.open().await, place.open().await);
    let mut feed = listen(&other, to("reader", &["#"])).await;
    publish(&one, vec![outgoing("a.b", "k", 1)]).await;
    assert_eq!(number(&mut feed).await, 1);
    soon(one.close()).await;
    publish(&other, vec![outgoing("a.b", "k", 2)]).await;
    assert_eq!(number(&mut feed).await, 2, "the end of one is not that of the other");
}
