use crate::given::{append, sqlite};
use factum::{
    EventReader, EventType, NewEvent, Position, Query, QueryItem, RecordedEvent, Selection, StreamId, Tag,
    TopicPattern, store::EventStore,
};
use factum_projections::{Start, Subscription};
use factum_store_memory::MemoryStore;

pub(crate) fn event(stream: &str, event_type: &str) -> NewEvent {
    NewEvent::new(stream.parse::<StreamId>().unwrap(), EventType::new(event_type).unwrap(), "{}")
}

fn pattern(text: &str) -> TopicPattern {
    text.parse().unwrap()
}

const LOG: [(&str, &str); 9] = [
    ("order-7", "Opened"),
    ("order-7", "Paid"),
    ("order-8", "Opened"),
    ("invoice-7", "Paid"),
    ("invoice-7", "invoice.sent"),
    ("order-ada@example.com", "Paid"),
    ("order-8", "Paid"),
    ("stock-7", "Counted"),
    ("invoice-8", "invoice.sent"),
];

async fn written(store: &impl EventStore) {
    for (stream, event_type) in LOG {
        append(store, [event(stream, event_type)]).await;
    }
}

/// What is delivered of the log, in batches of all sizes; each time up to its end.
async fn delivered<S: EventStore + Clone>(store: &S, events: impl Into<Selection>) -> Vec<u64> {
    let events = events.into();
    let mut all: Option<Vec<u64>> = None;
    for limit in 1..=LOG.len() {
        let feed = Subscription::open(store.clone(), events.clone(), Start::Beginning).await.unwrap();
        let mut feed = feed.limit(limit);
        let mut found = Vec::new();
        while feed.position() < Position::new(LOG.len() as u64) {
            let batch = feed.next().await.unwrap();
            assert_eq!(batch.through, feed.position(), "it moves on over what is not delivered");
            found.extend(batch.events.iter().map(|event: &RecordedEvent| event.position.get()));
        }
        assert_eq!(*all.get_or_insert_with(|| found.clone()), found, "in batches of {limit}");
    }
    all.unwrap()
}

async fn and_no_others<S: EventStore + Clone>(store: S) {
    written(&store).await;
    let store = &store;
    assert_eq!(delivered(store, pattern("order.#")).await, [1, 2, 3, 6, 7]);
    assert_eq!(delivered(store, pattern("order.8.#")).await, [3, 7]);
    assert_eq!(delivered(store, pattern("order.ada@example%2Ecom.*")).await, [6]);
    assert_eq!(delivered(store, pattern("*.*.Paid")).await, [2, 4, 6, 7]);
    assert_eq!(delivered(store, pattern("*.7.#")).await, [1, 2, 4, 5, 8]);
    assert_eq!(delivered(store, pattern("#.sent")).await, [5, 9]);
    assert_eq!(delivered(store, pattern("nothing.#")).await, [0; 0]);
    assert_eq!(delivered(store, ["order.8.#", "*.*.invoice.sent"].map(pattern)).await, [3, 5, 7, 9]);
    assert_eq!(delivered(store, Vec::new()).await.len(), LOG.len());
    let paid = || Query::from(QueryItem::types([EventType::from_static("Paid")]));
    assert_eq!(delivered(store, Selection::from(paid()).topic(pattern("*.7.#"))).await, [2, 4]);
    assert_eq!(delivered(store, Selection::from(paid()).topic(pattern("stock.#"))).await, [0; 0]);
    assert_eq!(delivered(store, paid()).await, [2, 4, 6, 7]);
}

#[tokio::test]
async fn and_no_others_from_memory() {
    and_no_others(MemoryStore::new()).await;
}

#[tokio::test]
async fn and_no_others_from_sqlite() {
    let (store, _folder) = sqlite().await;
    and_no_others(store).await;
}

#[tokio::test]
async fn with_tags_beside_them() {
    let store = MemoryStore::new();
    let vip = Tag::new("vip").unwrap();
    append(&store, [event("order-7", "Paid").with_tags([vip.clone()]), event("order-8", "Paid")]).await;
    append(&store, [event("invoice-7", "Paid").with_tags([vip.clone()])]).await;
    let events = Selection::from(QueryItem::tags([vip])).topic(pattern("order.#"));
    let mut feed = Subscription::open(store, events, Start::Beginning).await.unwrap();
    let batch = feed.next().await.unwrap();
    assert_eq!(batch.events.iter().map(|event| event.position.get()).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn and_refuses_those_that_no_event_has() {
    let store = MemoryStore::new();
    assert_eq!(store.head().await.unwrap(), Position::START);
    let refused = Subscription::open(store, pattern("order.*"), Start::Beginning).await.unwrap_err();
    let told = format!("{refused:?}");
    assert!(told.contains("topic pattern order.* matches no event"), "{told}");
}

/// Otherwise the first batch of one event would be of one that is not delivered.
#[tokio::test]
async fn without_a_look_at_what_the_store_can_leave_out() {
    let store = MemoryStore::new();
    written(&store).await;
    for (text, first) in [("stock.#", 8), ("*.*.invoice.sent", 5), ("invoice.*.invoice.sent", 5)] {
        let feed = Subscription::open(store.clone(), pattern(text), Start::Beginning).await.unwrap();
        let batch = feed.limit(1).next().await.unwrap();
        assert_eq!(batch.events[0].position.get(), first, "{text}");
    }
}
