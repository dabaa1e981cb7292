use crate::given::{append, event, next, soon};
use factum::{App, Category, Position, Query, QueryItem};
use factum_messaging::{Overflow, PubSub, PublishedLog, SubscribeOptions, Subscriber, Topic, publish_log};
use factum_store_memory::MemoryStore;
use futures_util::FutureExt;

async fn positions(subscriber: &mut Subscriber, count: usize) -> Vec<u64> {
    let mut positions = Vec::new();
    for _ in 0..count {
        positions.push(next(subscriber).await.unwrap().event().unwrap().position.get());
    }
    positions
}

async fn app(store: &MemoryStore, bus: &PubSub) -> App {
    App::builder(store.clone()).component(publish_log(bus)).build().await.unwrap()
}

#[tokio::test]
async fn from_the_moment_of_the_start_on() {
    let store = MemoryStore::new();
    append(&store, [event("order-1", "Placed", "{}")]).await;
    let bus = PubSub::new();
    let mut all = bus.subscribe("order.#".parse().unwrap());
    let app = app(&store, &bus).await;
    append(&store, (0..3).map(|_| event("order-2", "Placed", "{}"))).await;
    append(&store, [event("invoice-1", "Sent", "{}"), event("order-2", "Paid", "{}")]).await;
    assert_eq!(positions(&mut all, 4).await, [2, 3, 4, 6]);

    soon(app.shutdown()).await;
    append(&store, [event("order-2", "Paid", "{}")]).await;
    assert!(all.next().now_or_never().is_none());
}

#[tokio::test]
async fn without_a_gap_across_pages_and_without_a_repetition() {
    let store = MemoryStore::new();
    let bus = PubSub::new();
    let mut all = bus
        .subscribe_with("#".parse().unwrap(), SubscribeOptions::new().overflow(Overflow::Wait).capacity(7));
    let app = app(&store, &bus).await;
    for _ in 0..5 {
        append(&store, (0..700).map(|_| event("order-2", "Placed", "{}"))).await;
    }
    assert_eq!(positions(&mut all, 3_500).await, (1..=3_500).collect::<Vec<_>>());
    let published = app.model::<PublishedLog>().unwrap();
    assert!(soon(published.reached(Position::new(3_500))).await);
    assert!(all.next().now_or_never().is_none());
    soon(app.shutdown()).await;
    assert!(!soon(published.reached(Position::new(3_501))).await, "it has stopped");
}

#[tokio::test]
async fn under_the_topics_that_are_asked_for() {
    let store = MemoryStore::new();
    let bus = PubSub::new();
    let mut all = bus.subscribe("#".parse().unwrap());
    let orders = Query::from(QueryItem::categories([Category::new("order").unwrap()]));
    let publish = publish_log(&bus).query(orders).topic(|event| match event.event_type.as_str() {
        "Secret" => None,
        "Broken" => panic!("as told"),
        name => Some(Topic::from_words([name]).unwrap()),
    });
    let app = App::builder(store.clone()).component(publish).build().await.unwrap();
    append(
        &store,
        [("order-1", "Secret"), ("order-1", "Broken"), ("other-1", "Placed"), ("order-1", "Placed")]
            .map(|(stream, event_type)| event(stream, event_type, "{}")),
    )
    .await;
    let placed = next(&mut all).await.unwrap();
    assert_eq!((placed.topic().as_str(), placed.event().unwrap().position.get()), ("Placed", 4));
    assert!(soon(app.model::<PublishedLog>().unwrap().reached(Position::new(4))).await);
    assert!(all.next().now_or_never().is_none());
    soon(app.shutdown()).await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_subscriber_that_never_goes_on() {
    let store = MemoryStore::new();
    let bus = PubSub::new();
    let options = SubscribeOptions::new().overflow(Overflow::Wait).capacity(1);
    let mut stuck = bus.subscribe_with("#".parse().unwrap(), options);
    let mut other = bus.subscribe("#".parse().unwrap());
    let app = app(&store, &bus).await;
    append(&store, (0..3).map(|_| event("order-2", "Placed", "{}"))).await;
    assert_eq!(positions(&mut other, 2).await, [1, 2], "the second waits for room");
    soon(app.shutdown()).await;
    assert_eq!(positions(&mut stuck, 1).await, [1]);
    assert!(stuck.next().now_or_never().is_none());
}
