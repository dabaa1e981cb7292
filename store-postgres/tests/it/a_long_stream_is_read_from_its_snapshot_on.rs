//! A program on another machine goes on from the snapshot that the first one has made.

use crate::{log::stream, place::Place};
use factum_core::{
    App, Apply, Events, Handle, Never, Snapshot, SnapshotStore, StreamVersion, snapshot::SnapshotPolicy,
};
use factum_macros::{Aggregate, Command, Event, Id};
use factum_store_postgres::PgStore;
use serde::{Deserialize, Serialize};

#[derive(Id, Clone)]
#[id(crate = "factum_core")]
struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "factum_core")]
struct Deposited {
    amount: u64,
}

#[derive(Aggregate, Clone, Default, Serialize, Deserialize)]
#[aggregate(crate = "factum_core", id = AccountId, events(Deposited))]
struct Account {
    balance: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

#[derive(Command)]
#[command(crate = "factum_core")]
struct Deposit {
    account: AccountId,
}

impl Handle<Deposit> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Deposit) -> Result<Events<Self>, Never> {
        Ok(Deposited { amount: 1 }.into())
    }
}

async fn app(store: &PgStore) -> App {
    App::builder(store.clone()).snapshots::<Account>(SnapshotPolicy::every(5)).build().await.unwrap()
}

async fn deposit(app: &App) -> u64 {
    app.send(Deposit { account: "a".into() }).await.unwrap().state.balance
}

#[tokio::test]
async fn by_whoever_opens_the_store() {
    let place = Place::new().await;
    let store = place.open().await;
    let first = app(&store).await;
    for n in 1..=12 {
        assert_eq!(deposit(&first).await, n);
    }
    let made = store.load_snapshot(&stream("a"), 0).await.unwrap().unwrap();
    assert_eq!(made.version, StreamVersion::new(10));
    // Whoever reads the beginning would not come to this.
    let changed =
        String::from_utf8(made.state.to_vec()).unwrap().replace("\"balance\":10", "\"balance\":1000");
    store.delete_snapshots(&made.stream).await.unwrap();
    store.save_snapshot(Snapshot::new(made.stream, made.version, made.schema, changed)).await.unwrap();
    let second = app(&place.open().await).await;
    assert_eq!(deposit(&second).await, 1_003);
    // The first one has it in memory, and has missed one.
    assert_eq!(deposit(&first).await, 14);
}
