//! An application that is asked from elsewhere.

use factum_core::{App, Apply, AskError, EventReader as _, Events, Handle, ReadQuery, store::ReadStream};
use factum_macros::{Aggregate, Command, Event};
use factum_messaging::remote::{RemoteQuery, Server};
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering::SeqCst},
};
use tokio::sync::Semaphore;

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "factum_core", name = "suite.deposited")]
pub(super) struct Deposited {
    amount: u64,
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(crate = "factum_core", category = "account", id = u64, events(Deposited))]
pub(super) struct Account {
    balance: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

#[derive(Command, Serialize, Deserialize)]
#[command(crate = "factum_core", aggregate = Account)]
pub(super) struct Deposit {
    #[command(target)]
    account: u64,
    amount: u64,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Refusal {
    TooMuch { most: u64, to: String },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too much")
    }
}

impl Handle<Deposit> for Account {
    type Rejection = Refusal;

    fn handle(&self, command: &Deposit) -> Result<Events<Self>, Refusal> {
        match command.amount {
            0..=1_000 => Ok(Deposited { amount: command.amount }.into()),
            _ => Err(Refusal::TooMuch { most: 1_000, to: "\u{c4}da \u{1f600}".to_owned() }),
        }
    }
}

pub(super) fn deposit(amount: u64) -> Deposit {
    Deposit { account: 7, amount }
}

/// What is asked for, and a gate that may be shut.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub(super) asked: Arc<Mutex<Vec<u64>>>,
    pub(super) is_shut: Arc<AtomicBool>,
    pub(super) gate: Arc<Semaphore>,
}

/// The same number, once the gate is open.
#[derive(Serialize, Deserialize)]
pub(super) struct Echo(pub(super) u64);

impl ReadQuery for Echo {
    type Model = Desk;
    type Answer = u64;

    async fn answer(self, desk: &Desk) -> Result<u64, AskError> {
        desk.asked.lock().expect("nobody panics").push(self.0);
        if desk.is_shut.load(SeqCst) {
            let _open = desk.gate.acquire().await;
        }
        Ok(self.0)
    }
}

impl RemoteQuery for Echo {
    const NAME: &'static str = "echo";
}

pub(super) struct Bank {
    store: MemoryStore,
    pub(super) app: App,
    pub(super) desk: Desk,
}

impl Bank {
    pub(super) async fn open() -> Self {
        let store = MemoryStore::new();
        let desk = Desk { asked: Arc::default(), is_shut: Arc::default(), gate: Arc::new(Semaphore::new(0)) };
        let app = App::builder(store.clone()).model(desk.clone()).build().await;
        Self { store, app: app.expect("an application can be built"), desk }
    }

    pub(super) fn server(&self) -> Server {
        Server::new(self.app.clone(), "bank").command::<Deposit>().query::<Echo>()
    }

    /// How often a deposit was made.
    pub(super) async fn deposits(&self) -> usize {
        let stream = "account-7".parse().expect("a stream");
        let page = self.store.read_stream(ReadStream::new(stream)).await;
        page.expect("memory can be read").events.len()
    }
}
