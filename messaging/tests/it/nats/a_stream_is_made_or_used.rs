use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, outgoing, publish};
use async_nats::jetstream::stream::{Config, StorageType};
use factum_messaging::{Transport as _, nats::NatsConfig};
use std::time::Duration;

#[tokio::test]
async fn as_it_is_configured() {
    let place = Place::new();
    let config = place.config().max_age(Duration::from_secs(60)).max_bytes(1 << 20).in_memory();
    let nats = config.connect().await.unwrap();
    assert!(!nats.capabilities().durable, "it is in memory");
    let stream = place.jetstream().await.get_stream(&place.name).await.unwrap();
    let made = &stream.cached_info().config;
    assert_eq!(made.subjects, [format!("{}.>", place.name)]);
    assert_eq!((made.max_age, made.max_bytes), (Duration::from_secs(60), 1 << 20));
    assert_eq!(made.duplicate_window, Duration::from_secs(60), "no longer than messages live");
    assert_eq!(made.storage, StorageType::Memory);
}

#[tokio::test]
async fn as_it_is_when_it_is_there() {
    let place = Place::new();
    let subjects = vec!["other".to_owned(), format!("{}.>", place.name)];
    let there = Config { name: place.name.clone(), subjects, max_messages: 7, ..Config::default() };
    place.jetstream().await.create_stream(there).await.unwrap();
    let nats = place.connect().await;
    assert!(nats.capabilities().durable);
    publish(&nats, (0..10).map(|n| outgoing("a", n)).collect()).await;
    assert_eq!(place.count(&place.name).await, 7);
}

#[tokio::test]
async fn unless_it_would_not_get_what_is_published() {
    let place = Place::new();
    let subjects = vec![format!("{}.a.>", place.name)];
    let there = Config { name: place.name.clone(), subjects, ..Config::default() };
    place.jetstream().await.create_stream(there).await.unwrap();
    let error = place.config().connect().await.unwrap_err();
    assert!(!error.is_transient());
    assert!(format!("{error:?}").contains("do not cover"), "{error:?}");
}

#[tokio::test]
async fn again_if_somebody_deletes_it() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&nats, vec![outgoing("a", 1)]).await;
    assert_eq!(id(&mut feed).await, "1");
    place.jetstream().await.delete_stream(&place.name).await.unwrap();
    // Until it has been made again, which a message that is not taken asks for, and the feed.
    crate::mail::until(async || nats.publish(vec![outgoing("a", 2)]).await[0].is_ok()).await;
    // It may have been published before the consumer was made again.
    crate::mail::until(async || {
        place
            .jetstream()
            .await
            .get_consumer_from_stream::<async_nats::jetstream::consumer::pull::Config, _, _>(
                "reader",
                &place.name,
            )
            .await
            .is_ok()
    })
    .await;
    publish(&nats, vec![outgoing("a", 3)]).await;
    while id(&mut feed).await != "3" {}
}

#[tokio::test]
async fn by_nobody_who_cannot_connect() {
    for (config, is_transient) in [
        (NatsConfig::new("nats://127.0.0.1:1"), true),
        (Place::new().config().prefix("a.*"), false),
        (Place::new().config().prefix(""), false),
        (Place::new().config().stream("a.b"), false),
        (Place::new().config().stream("a%b"), false),
    ] {
        let error = soon(config.connect()).await.unwrap_err();
        assert_eq!(error.is_transient(), is_transient, "{error:?}");
    }
}
