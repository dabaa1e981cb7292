use crate::{
    given::soon,
    orders::{OrdersOut, Picky, Placed, append, away, listen, number, placed, refused},
};
use factum::{
    App, ConsumerName, QuarantineStore as _, Recorded, Topic,
    quarantine::{ListParked, Request},
    sink::WorkError,
    store::EventReader as _,
};
use factum_macros::Projection;
use factum_messaging::{
    LocalBroker, Publish, Transport, relay,
    transport::{Listen, Outgoing},
};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_store_memory::MemoryStore;
use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

/// Of each order, the numbers in the order in which they came for the first time, until all have come.
async fn first(
    transport: &impl Transport,
    store: &MemoryStore,
    relayed: impl Transport,
) -> BTreeMap<String, Vec<u64>> {
    let mut feed = listen(transport, "reader").await;
    for number in 1..=20 {
        append(store, (1..=30).map(|order| placed(&order.to_string(), number))).await;
    }
    let app = App::builder(store.clone()).run(relay(OrdersOut, relayed).partitions(3)).build().await.unwrap();
    let (mut seen, mut orders) = (HashSet::new(), BTreeMap::<_, Vec<u64>>::new());
    while seen.len() < 600 {
        let message = number(&mut feed).await;
        if seen.insert(message.clone()) {
            orders.entry(message.0).or_default().push(message.1);
        }
    }
    soon(app.caught_up()).await.unwrap();
    soon(app.shutdown()).await;
    orders
}

fn assert_in_order(orders: &BTreeMap<String, Vec<u64>>) {
    assert_eq!(orders.len(), 30);
    for (order, numbers) in orders {
        assert!(numbers.iter().copied().eq(1..=20), "{order}: {numbers:?}");
    }
}

#[tokio::test]
async fn by_a_broker_that_takes_all() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    assert_in_order(&first(&broker, &store, broker.clone()).await);
}

#[tokio::test(start_paused = true)]
async fn by_a_broker_that_is_away_again_and_again() {
    let store = MemoryStore::new();
    let tried = AtomicU64::new(0);
    let broker =
        Picky::new(move |_| if tried.fetch_add(1, Relaxed) % 50 == 20 { Err(away()) } else { Ok(()) });
    assert_in_order(&first(&broker, &store, broker.clone()).await);
}

#[tokio::test(start_paused = true)]
async fn by_a_broker_that_takes_a_message_and_does_not_say_so() {
    let store = MemoryStore::new();
    let lost: Arc<Mutex<HashSet<String>>> = Arc::default();
    let inner = LocalBroker::new();
    let taken = inner.clone();
    let broker = Picky::before(inner.clone(), move |message: &Outgoing| {
        // The first time that each tenth message is published.
        let id = message.event.id.clone();
        if id.as_bytes()[35] < b'2' && lost.lock().unwrap().insert(id) {
            let mut publish = std::pin::pin!(taken.publish(vec![message.clone()]));
            assert!(futures_util::FutureExt::now_or_never(publish.as_mut()).is_some());
            return Err(away());
        }
        Ok(())
    });
    assert_in_order(&first(&inner, &store, broker).await);
}

#[tokio::test(start_paused = true)]
async fn but_for_what_is_refused_and_what_follows_it() {
    let store = MemoryStore::new();
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let broker = Picky::new(move |message: &Outgoing| match message.key.as_str() {
        "order-2" if !is_mended.load(Relaxed) => Err(refused()),
        _ => Ok(()),
    });
    let mut feed = listen(&broker, "reader").await;
    append(
        &store,
        [("1", 1), ("2", 1), ("3", 1), ("2", 2), ("1", 2), ("3", 2)].map(|(order, n)| placed(order, n)),
    )
    .await;
    let app = App::builder(store.clone()).run(relay(OrdersOut, broker.clone())).build().await.unwrap();
    soon(app.caught_up()).await.unwrap();

    let consumer = ConsumerName::new("orders_out_v1").unwrap();
    let parked = || store.parked(ListParked::new(consumer.clone(), store.log_id()));
    let waits: Vec<_> = parked().await.unwrap().into_iter().map(|parked| parked.position.get()).collect();
    assert_eq!(waits, [2, 4], "those of the stream, in order");
    let mut came: BTreeMap<_, Vec<_>> = BTreeMap::new();
    while came.values().map(Vec::len).sum::<usize>() < 4 {
        let (order, n) = number(&mut feed).await;
        let numbers = came.entry(order).or_default();
        if !numbers.contains(&n) {
            numbers.push(n);
        }
    }
    assert_eq!(
        came,
        BTreeMap::from([("order-1".to_owned(), vec![1, 2]), ("order-3".to_owned(), vec![1, 2])])
    );

    mended.store(true, Relaxed);
    store.request(&consumer, store.log_id(), None, None, Request::Retry).await.unwrap();
    let mut healed = Vec::new();
    while healed.len() < 2 {
        let (order, n) = number(&mut feed).await;
        if order == "order-2" {
            healed.push(n);
        }
    }
    assert_eq!(healed, [1, 2]);
    soon(app.shutdown()).await;
}

/// Publishes under a topic of its own.
#[derive(Clone, Debug, Projection)]
#[projection(name = "orders_elsewhere", events(Placed))]
struct Elsewhere;

impl Publish for Elsewhere {
    fn topic(&self, event: &Recorded<ElsewhereEvent>) -> Result<Topic, WorkError> {
        Ok(Topic::from_words(["shop", event.stream().key(), "new"])?)
    }
}

#[tokio::test]
async fn under_the_topic_that_the_relay_says() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let shop = Listen::new(ConsumerName::new("reader").unwrap(), ["shop.*.new".parse().unwrap()]);
    let mut feed = broker.listen(shop).await.unwrap();
    append(&store, [placed("7", 1)]).await;
    let app = App::builder(store).run(relay(Elsewhere, broker)).build().await.unwrap();
    let message = soon(feed.next()).await.unwrap().unwrap();
    assert_eq!(message.topic.as_str(), "shop.7.new");
    assert_eq!(message.event.subject.as_deref(), Some("order-7"));
    message.ack().await.unwrap();
    soon(app.shutdown()).await;
}
