use crate::{
    given::soon,
    orders::{OrdersOut, Placed, append, away, placed, refused},
};
use async_trait::async_trait;
use factum::{
    App, CheckpointKey, CheckpointStore as _, ConsumerName, Position, QuarantineStore as _,
    quarantine::{ListParked, Request},
    store::EventReader as _,
};
use factum_messaging::{
    LocalBroker, Transport, TransportError, relay,
    transport::{Capabilities, Feed, Listen, Outgoing, PublishError, Saving, in_order},
};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_store_memory::MemoryStore;
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// A broker that saves when it is told to, and forgets the rest when it is killed.
#[derive(Clone, Debug)]
struct Forgetful {
    state: Arc<Mutex<State>>,
    /// Whether it says so.
    is_honest: bool,
}

#[derive(Debug)]
struct State {
    connection: u64,
    /// What it has, in order: as a consumer finds it that comes at last.
    has: Vec<Outgoing>,
    /// What it has had, in order: as a consumer sees it that is always there.
    seen: Vec<Outgoing>,
    saved: usize,
    saved_at: Instant,
    /// It is killed once it has confirmed so many more.
    lives_for: Option<usize>,
    /// It is too busy for each message whose turn is a multiple of this.
    misses: Option<usize>,
    asked: usize,
    /// What has this key it refuses.
    refuses: Option<&'static str>,
}

impl Forgetful {
    fn new(is_honest: bool) -> Self {
        let (has, seen, saved_at) = (Vec::new(), Vec::new(), Instant::now());
        let (lives_for, refuses, misses) = (None, None, None);
        let state =
            State { connection: 1, has, seen, saved: 0, saved_at, lives_for, misses, asked: 0, refuses };
        Self { state: Arc::new(Mutex::new(state)), is_honest }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn save(&self) {
        let mut state = self.state();
        (state.saved, state.saved_at) = (state.has.len(), Instant::now());
    }

    /// Kills it, and starts it again.
    fn kill(&self) {
        self.state().dies();
    }

    fn publish_one(&self, connection: Option<u64>, message: Outgoing) -> Result<(), PublishError> {
        let mut state = self.state();
        if connection.is_some_and(|connection| connection != state.connection) {
            return Err(away());
        }
        state.asked += 1;
        if state.misses.is_some_and(|misses| state.asked.is_multiple_of(misses)) {
            return Err(away());
        }
        if state.refuses == Some(message.key.as_str()) {
            return Err(refused());
        }
        state.has.push(message.clone());
        state.seen.push(message);
        if let Some(left) = &mut state.lives_for {
            *left -= 1;
            if *left == 0 {
                state.dies();
            }
        }
        Ok(())
    }
}

impl State {
    fn dies(&mut self) {
        self.has.truncate(self.saved);
        self.lives_for = None;
        self.connection += 1;
    }
}

#[async_trait]
impl Transport for Forgetful {
    fn name(&self) -> &'static str {
        "forgetful"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().confirms()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        in_order(messages, 4, async |message| self.publish_one(None, message)).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        LocalBroker::new().listen(listen).await
    }

    fn saving(&self) -> Option<&dyn Saving> {
        self.is_honest.then_some(self as &dyn Saving)
    }

    async fn close(&self) {}
}

#[async_trait]
impl Saving for Forgetful {
    fn connection(&self) -> u64 {
        self.state().connection
    }

    async fn publish_over(&self, connection: u64, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        in_order(messages, 4, async |message| self.publish_one(Some(connection), message)).await
    }

    fn saved(&self, connection: u64) -> Result<Instant, TransportError> {
        let state = self.state();
        match connection == state.connection {
            true => Ok(state.saved_at),
            false => Err(TransportError::unavailable("learning what is saved", "the connection is lost")),
        }
    }
}

/// Of each order, the numbers in the order in which they came for the first time.
fn orders(messages: &[Outgoing]) -> BTreeMap<String, Vec<u64>> {
    let (mut known, mut orders) = (HashSet::new(), BTreeMap::<_, Vec<u64>>::new());
    for message in messages {
        let placed: Placed = serde_json::from_slice(message.event.data.as_ref().unwrap()).unwrap();
        if known.insert(message.event.id.clone()) {
            orders.entry(message.key.clone()).or_default().push(placed.number);
        }
    }
    orders
}

/// Whether each of so many orders has all numbers up to this one. They must be in order, whether or not.
fn has_all(messages: &[Outgoing], count: usize, last: u64) -> bool {
    let orders = orders(messages);
    for (order, numbers) in &orders {
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{order}: {numbers:?}");
    }
    orders.len() == count && orders.values().all(|numbers| numbers.len() as u64 == last)
}

/// Waits until it is so; the clock is paused, and moves when nothing else does.
async fn until(is_so: impl AsyncFn() -> bool) {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), asked).await.expect("it is so at last");
}

async fn next_of_each(store: &MemoryStore, orders: u64, number: u64) {
    append(store, (1..=orders).map(|order| placed(&order.to_string(), number))).await;
}

async fn relays(store: &MemoryStore, broker: &Forgetful, partitions: u16) -> App {
    let relay = relay(OrdersOut, broker.clone()).partitions(partitions);
    App::builder(store.clone()).run(relay).build().await.unwrap()
}

async fn kept(store: &MemoryStore) -> Position {
    let key = CheckpointKey::new(ConsumerName::new("orders_out_v1").unwrap(), store.log_id());
    store.checkpoint(&key).await.unwrap().unwrap_or_default().position
}

#[tokio::test(start_paused = true)]
async fn so_the_checkpoint_follows_what_is_saved() {
    let (store, broker) = (MemoryStore::new(), Forgetful::new(true));
    let app = relays(&store, &broker, 1).await;
    next_of_each(&store, 5, 1).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!(broker.state().has.len(), 5);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(kept(&store).await, Position::START);
    broker.save();
    let head = store.head().await.unwrap();
    until(async || kept(&store).await == head).await;
    next_of_each(&store, 5, 2).await;
    soon(app.caught_up()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(kept(&store).await, head);
    soon(app.shutdown()).await;
    assert_eq!(broker.state().seen.len(), 10, "nothing was published twice");
    // Whoever goes on begins with what is not known to be saved.
    let app = relays(&store, &broker, 1).await;
    until(async || broker.state().seen.len() == 15).await;
    soon(app.shutdown()).await;
}

#[tokio::test(start_paused = true)]
async fn before_anything_newer_is() {
    for (is_honest, partitions) in [(true, 1), (true, 3), (false, 1)] {
        let (store, broker) = (MemoryStore::new(), Forgetful::new(is_honest));
        let app = relays(&store, &broker, partitions).await;
        next_of_each(&store, 5, 1).await;
        soon(app.caught_up()).await.unwrap();
        broker.save();
        next_of_each(&store, 5, 2).await;
        soon(app.caught_up()).await.unwrap();
        broker.kill();
        assert!(has_all(&broker.state().has, 5, 1));
        next_of_each(&store, 5, 3).await;
        if is_honest {
            until(async || has_all(&broker.state().has, 5, 3)).await;
            assert!(has_all(&broker.state().seen, 5, 3));
        } else {
            soon(app.caught_up()).await.unwrap();
            assert_eq!(orders(&broker.state().has)["order-1"], [1, 3], "nobody knew");
        }
        soon(app.shutdown()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn also_when_nothing_newer_comes() {
    let (store, broker) = (MemoryStore::new(), Forgetful::new(true));
    let app = relays(&store, &broker, 2).await;
    next_of_each(&store, 5, 1).await;
    soon(app.caught_up()).await.unwrap();
    broker.kill();
    until(async || has_all(&broker.state().has, 5, 1)).await;
    soon(app.shutdown()).await;
}

/// As long as the connection lives.
#[tokio::test(start_paused = true)]
async fn but_not_what_it_is_too_slow_for() {
    let (store, broker) = (MemoryStore::new(), Forgetful::new(true));
    broker.state().misses = Some(20);
    for number in 1..=20 {
        next_of_each(&store, 5, number).await;
    }
    let app = relays(&store, &broker, 1).await;
    soon(app.caught_up()).await.unwrap();
    assert!(has_all(&broker.state().has, 5, 20));
    assert_eq!(broker.state().seen.len(), 100, "what was confirmed was not published again");
    soon(app.shutdown()).await;
}

/// Between two messages of a batch too, the next one would come before what was forgotten.
#[tokio::test(start_paused = true)]
async fn whenever_it_is_killed() {
    for lives_for in 1..=24 {
        let (store, broker) = (MemoryStore::new(), Forgetful::new(true));
        for number in 1..=4 {
            next_of_each(&store, 3, number).await;
        }
        broker.state().lives_for = Some(lives_for);
        let app = relays(&store, &broker, 2).await;
        until(async || has_all(&broker.state().has, 3, 4)).await;
        broker.save();
        next_of_each(&store, 3, 5).await;
        until(async || has_all(&broker.state().has, 3, 5)).await;
        assert!(has_all(&broker.state().seen, 3, 5));
        soon(app.shutdown()).await;
    }
}

/// Two nodes share the partitions, and the broker saves and dies in all orders that a number gives.
#[tokio::test(start_paused = true)]
async fn however_often_and_whoever_relays() {
    for choices in 0..64_u32 {
        let (store, broker) = (MemoryStore::new(), Forgetful::new(true));
        let mut nodes = vec![relays(&store, &broker, 4).await, relays(&store, &broker, 4).await];
        for number in 1..=6_u64 {
            next_of_each(&store, 7, number).await;
            if number % 2 == 0 {
                until(async || has_all(&broker.state().has, 7, number)).await;
            }
            match choices >> (number - 1) & 1 {
                0 => broker.save(),
                _ => broker.kill(),
            }
            if number == 3 {
                soon(nodes.remove(0).shutdown()).await;
                nodes.push(relays(&store, &broker, 4).await);
            }
        }
        until(async || has_all(&broker.state().has, 7, 6)).await;
        assert!(has_all(&broker.state().seen, 7, 6));
        for node in nodes {
            soon(node.shutdown()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn so_that_what_was_in_quarantine_stays_there_until_it_is_saved() {
    let (store, broker) = (MemoryStore::new(), Forgetful::new(true));
    broker.state().refuses = Some("order-2");
    next_of_each(&store, 3, 1).await;
    let app = relays(&store, &broker, 1).await;
    let consumer = ConsumerName::new("orders_out_v1").unwrap();
    let parked = async || {
        let parked = store.parked(ListParked::new(consumer.clone(), store.log_id()));
        parked.await.unwrap().len()
    };
    until(async || parked().await == 1 && broker.state().has.len() >= 2).await;
    broker.save();
    let head = store.head().await.unwrap();
    until(async || kept(&store).await == head).await;
    broker.state().refuses = None;
    store.request(&consumer, store.log_id(), None, None, Request::Retry).await.unwrap();
    until(async || has_all(&broker.state().has, 3, 1)).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(parked().await, 1);
    broker.kill();
    assert!(!has_all(&broker.state().has, 3, 1));
    until(async || has_all(&broker.state().has, 3, 1)).await;
    broker.save();
    until(async || parked().await == 0).await;
    soon(app.shutdown()).await;
}
