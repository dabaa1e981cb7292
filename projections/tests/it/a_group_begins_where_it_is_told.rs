use crate::given::{append, group, next, noted, numbered, pull};
use factum::{
    CheckpointKey, CheckpointStore, ConsumerName, EventType, NewEvent, Position, Query, QueryItem, Selection,
    StreamId, TopicPattern,
};
use factum_projections::{ConsumerGroup, Start};
use factum_store_memory::MemoryStore;
use std::time::Duration;

async fn first(store: &MemoryStore, group: &ConsumerGroup) -> u64 {
    let member = group.join(store.clone()).await.unwrap();
    append(store, [noted("after it has joined")]).await;
    let delivery = next(&member).await;
    let first = delivery.events()[0].position.get();
    member.close().await;
    first
}

#[tokio::test]
async fn if_it_is_new() {
    let store = MemoryStore::new();
    append(&store, [noted("a"), noted("b")]).await;
    let named = |name: &str| ConsumerGroup::new(ConsumerName::new(name).unwrap(), Query::all()).partitions(1);
    assert_eq!(first(&store, &named("beginning")).await, 1);
    assert_eq!(first(&store, &named("after").from(Start::After(Position::new(1)))).await, 2);
    assert_eq!(first(&store, &named("now").from(Start::Now)).await, 5);

    let mut later = append(&store, [noted("later")]).await;
    let early = later.recorded_at;
    // As many as it takes for the clock to move on.
    while later.recorded_at <= early {
        later = append(&store, [noted("later")]).await;
    }
    let group = named("at").from(Start::At(later.recorded_at));
    assert_eq!(first(&store, &group).await, later.position().get());
}

#[tokio::test]
async fn and_otherwise_goes_on_where_it_was() {
    let store = MemoryStore::new();
    numbered(&store, 1, 5).await;
    let group = group().partitions(1).limit(1);
    let member = group.join(store.clone()).await.unwrap();
    pull(&member, 2).await;
    member.close().await;
    assert_eq!(first(&store, &group.clone().from(Start::Now)).await, 3);
    assert_eq!(first(&store, &group.from(Start::After(Position::new(4)))).await, 3);
}

#[tokio::test]
async fn and_never_beyond_the_end_of_the_log() {
    let store = MemoryStore::new();
    append(&store, [noted("a")]).await;
    let refused = group().from(Start::After(Position::new(2))).join(store.clone()).await.unwrap_err();
    assert!(refused.is_incompatible(), "{refused:?}");
    // Nothing has begun.
    assert_eq!(store.logs(&ConsumerName::new("workers").unwrap()).await.unwrap(), []);
}

fn event(stream: &str, event_type: &str) -> NewEvent {
    NewEvent::new(stream.parse::<StreamId>().unwrap(), EventType::new(event_type).unwrap(), "{}")
}

#[tokio::test]
async fn with_the_topics_that_it_asks_for() {
    let store = MemoryStore::new();
    for n in 0..30 {
        append(&store, [event(&format!("order-{n}"), "Opened"), event(&format!("order-{n}"), "Paid")]).await;
        append(
            &store,
            [event(&format!("invoice-{n}"), "invoice.paid"), event(&format!("stock-{n}"), "Paid")],
        )
        .await;
    }
    let topics = ["order.*.Paid", "#.paid"].map(|text| text.parse::<TopicPattern>().unwrap());
    let billing = ConsumerName::new("billing").unwrap();
    let members = [
        ConsumerGroup::new(billing.clone(), topics.clone()).join(store.clone()).await.unwrap(),
        ConsumerGroup::new(billing, topics).join(store.clone()).await.unwrap(),
    ];
    let mut delivered = Vec::new();
    while delivered.len() < 60 {
        let delivery = tokio::select! {
            delivery = members[0].next() => delivery,
            delivery = members[1].next() => delivery,
        };
        let delivery = delivery.unwrap().unwrap();
        delivered.extend(delivery.events().iter().map(|event| event.position.get()));
        delivery.ack().await.unwrap();
    }
    delivered.sort_unstable();
    let expected: Vec<u64> = (0..30).flat_map(|n| [4 * n + 2, 4 * n + 3]).collect();
    assert_eq!(delivered, expected);
    for member in members {
        member.close().await;
    }

    let query = QueryItem::types([EventType::from_static("Paid")]);
    let stock = Selection::from(query).topic("stock.#".parse().unwrap());
    let member = ConsumerGroup::new(ConsumerName::new("stock").unwrap(), stock).join(store).await.unwrap();
    assert!(pull(&member, 30).await.iter().all(|event| event.stream.category() == "stock"));
    member.close().await;
}

#[tokio::test]
async fn but_not_with_topics_that_no_event_has() {
    let pattern: TopicPattern = "order.*".parse().unwrap();
    let group = ConsumerGroup::new(ConsumerName::new("billing").unwrap(), pattern);
    let refused = group.join(MemoryStore::new()).await.unwrap_err();
    assert!(format!("{refused:?}").contains("order.* matches no event"), "{refused:?}");
}

/// So that whoever takes over a quiet partition does not pass over the whole log.
#[tokio::test(start_paused = true)]
async fn and_its_place_moves_on_over_what_it_does_not_ask_for() {
    let store = MemoryStore::new();
    let pattern: TopicPattern = "order.#".parse().unwrap();
    let quiet = ConsumerName::new("quiet").unwrap();
    let member = ConsumerGroup::new(quiet.clone(), pattern).partitions(1).join(store.clone()).await.unwrap();
    append(&store, [noted("a"), noted("b")]).await;
    let waited = tokio::time::timeout(Duration::from_secs(5), member.next()).await;
    assert!(waited.is_err(), "{waited:?}");
    let key = CheckpointKey::new(quiet, factum::EventReader::log_id(&store));
    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 2);
    // And at once when it leaves.
    append(&store, [noted("c")]).await;
    tokio::time::timeout(Duration::from_millis(100), member.next()).await.unwrap_err();
    member.close().await;
    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 3);
}
