//! Snapshots save reading, and nobody may notice anything else of them: whatever is wrong with one, the log decides.

use crate::{
    bank::{Account, DepositEach, ada, deposit, withdraw},
    stores::{Store, on_every_store, stream},
    wild::Backed,
};
use async_trait::async_trait;
use factum::{
    App, MemoryStore, Snapshot, SnapshotStore, StoreError, StreamId, StreamVersion, prelude::*,
    snapshot::SnapshotPolicy,
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

on_every_store! {
    one_is_made_after_so_many_events,
    reading_begins_with_it,
    one_that_another_program_has_made_is_used,
    a_stream_that_was_written_without_one_gets_one_when_it_is_read,
    one_with_another_last_event_is_passed_over,
    one_that_cannot_be_read_is_passed_over,
    one_of_other_events_is_passed_over,
    one_of_other_versions_of_events_is_passed_over,
    one_of_another_schema_is_not_looked_at,
    a_stream_that_was_never_written_has_none,
}

/// An application that remembers nothing of others, like a program that has just been started.
async fn started(store: &impl Store, policy: SnapshotPolicy) -> App {
    App::builder(store.clone()).snapshots::<Account>(policy).build().await.unwrap()
}

async fn balance(app: &App) -> (u64, u64) {
    let current = app.load::<Account>(&ada()).await.unwrap();
    (current.state.balance, current.version.get())
}

async fn snapshot(store: &impl SnapshotStore) -> Option<(u64, u64)> {
    let snapshot = store.load_snapshot(&stream("ada"), 0).await.unwrap()?;
    let kept: Value = serde_json::from_slice(&snapshot.state).unwrap();
    Some((kept["state"]["balance"].as_u64().unwrap(), snapshot.version.get()))
}

/// Changes what is kept.
async fn tamper(store: &impl SnapshotStore, change: impl FnOnce(&mut Value)) {
    let snapshot = store.load_snapshot(&stream("ada"), 0).await.unwrap().unwrap();
    let mut kept: Value = serde_json::from_slice(&snapshot.state).unwrap();
    change(&mut kept);
    store.delete_snapshots(&snapshot.stream).await.unwrap();
    let changed = Snapshot::new(snapshot.stream, snapshot.version, snapshot.schema, kept.to_string());
    store.save_snapshot(changed).await.unwrap();
}

async fn one_is_made_after_so_many_events(store: impl Store) {
    let app = started(&store, SnapshotPolicy::every(3)).await;
    let mut made = Vec::new();
    for _ in 0..7 {
        app.send(deposit(10)).await.unwrap();
        made.push(snapshot(&store).await);
    }
    let (three, six) = (Some((30, 3)), Some((60, 6)));
    assert_eq!(made, [None, None, three, three, three, six, six]);
    let amounts = vec![1; 7];
    app.send(DepositEach { account: ada(), amounts }).await.unwrap();
    assert_eq!(snapshot(&store).await, Some((77, 14)));
    app.send(withdraw(7)).await.unwrap();
    app.send(withdraw(7)).await.unwrap();
    assert_eq!(snapshot(&store).await, Some((77, 14)));
    app.send(withdraw(7)).await.unwrap();
    assert_eq!(snapshot(&store).await, Some((56, 17)));
}

async fn reading_begins_with_it(store: impl Store) {
    let app = started(&store, SnapshotPolicy::every(5)).await;
    for _ in 0..12 {
        app.send(deposit(1)).await.unwrap();
    }
    // Whoever reads the beginning would not come to this.
    tamper(&store, |kept| kept["state"]["balance"] = json!(1_000)).await;
    let policy = SnapshotPolicy::every(5);
    assert_eq!(balance(&started(&store, policy).await).await, (1_002, 12));
    let refused = started(&store, policy).await.send(withdraw(1_003)).await.unwrap_err();
    assert_eq!(refused.rejection().unwrap().available, 1_002);
    assert_eq!(started(&store, policy).await.send(withdraw(2)).await.unwrap().state.balance, 1_000);
    // Nor does one who keeps no states.
    let forgetful = App::builder(store.clone()).keep(0).snapshots::<Account>(policy).build().await.unwrap();
    assert_eq!(forgetful.send(deposit(1)).await.unwrap().state.balance, 1_001);
    assert_eq!(snapshot(&store).await, Some((1_000, 10)));
    forgetful.send(deposit(1)).await.unwrap();
    assert_eq!(snapshot(&store).await, Some((1_002, 15)));
    // Without the policy, the log is read.
    let without = App::builder(store).build().await.unwrap();
    assert_eq!(balance(&without).await, (12, 15));
}

async fn one_that_another_program_has_made_is_used(store: impl Store) {
    let policy = SnapshotPolicy::every(4);
    let (one, other) = (started(&store, policy).await, started(&store, policy).await);
    for _ in 0..5 {
        one.send(deposit(1)).await.unwrap();
        other.send(deposit(1)).await.unwrap();
    }
    assert!(snapshot(&store).await.is_some_and(|(balance, version)| balance == version && version >= 8));
    assert_eq!(balance(&started(&store, policy).await).await, (10, 10));
}

async fn a_stream_that_was_written_without_one_gets_one_when_it_is_read(store: impl Store) {
    let without = App::builder(store.clone()).build().await.unwrap();
    for _ in 0..5 {
        without.send(deposit(1)).await.unwrap();
    }
    assert_eq!(balance(&started(&store, SnapshotPolicy::every(6)).await).await, (5, 5));
    assert_eq!(snapshot(&store).await, None);
    assert_eq!(balance(&started(&store, SnapshotPolicy::every(5)).await).await, (5, 5));
    assert_eq!(snapshot(&store).await, Some((5, 5)));
}

/// Whatever `change` does to a snapshot, it is passed over, and replaced in time.
async fn is_passed_over(store: impl Store, change: impl FnOnce(&mut Value)) {
    let policy = SnapshotPolicy::every(3);
    let app = started(&store, policy).await;
    for _ in 0..4 {
        app.send(deposit(1)).await.unwrap();
    }
    tamper(&store, |kept| {
        kept["state"]["balance"] = json!(1_000);
        change(kept);
    })
    .await;
    let app = started(&store, policy).await;
    assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 5);
    assert_eq!(balance(&started(&store, policy).await).await, (5, 5));
    for _ in 0..3 {
        app.send(deposit(1)).await.unwrap();
    }
    assert!(snapshot(&store).await.is_some_and(|(balance, version)| balance == version));
}

async fn one_with_another_last_event_is_passed_over(store: impl Store) {
    is_passed_over(store, |kept| kept["last"] = json!(factum::EventId::random().0)).await;
}

async fn one_that_cannot_be_read_is_passed_over(store: impl Store) {
    is_passed_over(store, |kept| kept["state"] = json!({ "sum": 5 })).await;
}

async fn one_of_other_events_is_passed_over(store: impl Store) {
    is_passed_over(store, |kept| kept["events"] = json!([["Deposited", 1]])).await;
}

async fn one_of_other_versions_of_events_is_passed_over(store: impl Store) {
    is_passed_over(store, |kept| kept["events"][0][1] = json!(2)).await;
}

async fn one_of_another_schema_is_not_looked_at(store: impl Store) {
    let app = started(&store, SnapshotPolicy::every(3)).await;
    for _ in 0..4 {
        app.send(deposit(1)).await.unwrap();
    }
    tamper(&store, |kept| kept["state"]["balance"] = json!(1_000)).await;
    let policy = SnapshotPolicy::every(3).schema(1);
    assert_eq!(balance(&started(&store, policy).await).await, (4, 4));
    let other = store.load_snapshot(&stream("ada"), 1).await.unwrap().unwrap();
    assert_eq!(other.version, StreamVersion::new(4));
    // Both are there, each for its own program.
    assert_eq!(snapshot(&store).await, Some((1_000, 3)));
}

async fn a_stream_that_was_never_written_has_none(store: impl Store) {
    let app = started(&store, SnapshotPolicy::every(0)).await;
    assert_eq!(balance(&app).await, (0, 0));
    assert_eq!(app.send(deposit(0)).await.unwrap().state.balance, 0);
    assert_eq!(snapshot(&store).await, None);
    app.send(deposit(1)).await.unwrap();
    assert_eq!(snapshot(&store).await, Some((1, 1)));
}

#[tokio::test]
async fn a_log_that_was_put_back_is_not_folded_from_what_was_lost() {
    for kept in [1, 4, 9] {
        let (log, snapshots) = (Backed::new(), MemoryStore::new());
        let app = async || {
            let app = App::builder(log.clone());
            app.snapshots_in::<Account>(snapshots.clone(), SnapshotPolicy::every(4)).build().await.unwrap()
        };
        let first = app().await;
        for _ in 0..10 {
            first.send(deposit(1)).await.unwrap();
        }
        assert_eq!(snapshot(&snapshots).await, Some((8, 8)));
        log.put_back_to(kept).await;
        let second = app().await;
        assert_eq!(balance(&second).await, (kept as u64, kept as u64));
        // A later version than the stream has would never be replaced.
        for _ in 0..4 {
            second.send(deposit(10)).await.unwrap();
        }
        let (balance, version) = snapshot(&snapshots).await.unwrap();
        assert_eq!(balance, kept as u64 + 10 * (version - kept as u64));
    }
}

/// Keeps nothing, and counts how often it is asked to.
#[derive(Clone, Default)]
struct Broken {
    loads: Arc<AtomicUsize>,
    saves: Arc<AtomicUsize>,
}

#[async_trait]
impl SnapshotStore for Broken {
    async fn load_snapshot(&self, _: &StreamId, _: u32) -> Result<Option<Snapshot>, StoreError> {
        self.loads.fetch_add(1, Relaxed);
        Err(StoreError::unavailable("loading a snapshot", "it is broken"))
    }

    async fn save_snapshot(&self, _: Snapshot) -> Result<(), StoreError> {
        self.saves.fetch_add(1, Relaxed);
        Err(StoreError::unavailable("saving a snapshot", "it is broken"))
    }

    async fn delete_snapshots(&self, _: &StreamId) -> Result<(), StoreError> {
        Err(StoreError::unavailable("deleting snapshots", "it is broken"))
    }
}

#[tokio::test]
async fn no_command_fails_because_of_one() {
    let broken = Broken::default();
    let app = App::builder(MemoryStore::new());
    let app = app.snapshots_in::<Account>(broken.clone(), SnapshotPolicy::every(5)).build().await.unwrap();
    for n in 1..=20 {
        assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, n);
    }
    // The first command looks for one, and so does whoever makes another; and it is not tried with every command.
    assert_eq!((broken.loads.load(Relaxed), broken.saves.load(Relaxed)), (5, 4));
}

/// An event of which a part is not written.
#[derive(Event, Serialize, Deserialize)]
struct Counted {
    #[serde(skip)]
    unwritten: u64,
}

#[derive(Aggregate, Clone, Default, Serialize, Deserialize)]
#[aggregate(id = String, events(Counted))]
struct Counter {
    sum: u64,
}

impl Apply<Counted> for Counter {
    fn apply(&mut self, event: &Counted) {
        self.sum += event.unwritten;
    }
}

#[derive(Command)]
#[command(aggregate = Counter)]
struct Count {
    #[command(target)]
    counter: String,
}

impl Handle<Count> for Counter {
    type Rejection = Never;

    fn handle(&self, _: &Count) -> Result<Events<Self>, Never> {
        Ok(Counted { unwritten: 1 }.into())
    }
}

#[tokio::test]
async fn what_is_kept_was_read_and_not_decided() {
    let store = MemoryStore::new();
    let app = async || {
        let app = App::builder(store.clone()).snapshots::<Counter>(SnapshotPolicy::every(2));
        app.build().await.unwrap()
    };
    let decided = app().await;
    for n in 1..=4 {
        let done = decided.send(Count { counter: "a".to_owned() }).await.unwrap();
        assert_eq!(done.state.sum, n);
    }
    let stream = StreamId::new("counter", "a").unwrap();
    let kept = store.load_snapshot(&stream, 0).await.unwrap().unwrap();
    assert_eq!(kept.version, StreamVersion::new(4));
    // As whoever has no snapshot reads it.
    assert_eq!(app().await.load::<Counter>(&"a".to_owned()).await.unwrap().state.sum, 0);
}
