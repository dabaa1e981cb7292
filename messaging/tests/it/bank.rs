//! A bank that is served to others.

use factum::{
    App, Apply, AskError, Events, Handle, ReadQuery,
    projection::Documents,
    store::{EventReader as _, ReadStream},
};
use factum_macros::{Aggregate, Command, Event, Id, Projection};
use factum_messaging::remote::{RemoteQuery, Server};
use factum_projections::AppBuilderExt as _;
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Id, Serialize, Deserialize)]
pub(crate) struct AccountId(pub(crate) String);

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Deposited {
    pub(crate) amount: u64,
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = AccountId, events(Deposited))]
pub(crate) struct Account {
    pub(crate) balance: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

#[derive(Command, Serialize, Deserialize)]
pub(crate) struct Deposit {
    pub(crate) account: AccountId,
    pub(crate) amount: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0} is too much")]
    TooMuch(u64),
}

impl Handle<Deposit> for Account {
    type Rejection = Refusal;

    fn handle(&self, command: &Deposit) -> Result<Events<Self>, Refusal> {
        match command.amount {
            0..=1_000 => Ok(Deposited { amount: command.amount }.into()),
            amount => Err(Refusal::TooMuch(amount)),
        }
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(name = "balances", events(Deposited), key = String)]
pub(crate) struct Balance {
    pub(crate) amount: u64,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct GetBalance {
    pub(crate) account: String,
}

impl ReadQuery for GetBalance {
    type Model = Documents<Balance>;
    type Answer = Option<u64>;

    async fn answer(self, balances: &Documents<Balance>) -> Result<Option<u64>, AskError> {
        Ok(balances.get(&self.account).await?.map(|balance| balance.amount))
    }
}

impl RemoteQuery for GetBalance {
    const NAME: &'static str = "get_balance";
}

pub(crate) fn deposit(amount: u64) -> Deposit {
    Deposit { account: AccountId("ada".to_owned()), amount }
}

pub(crate) async fn app(store: &MemoryStore) -> App {
    App::builder(store.clone()).view::<Balance>().build().await.unwrap()
}

pub(crate) fn server(app: App) -> Server {
    Server::new(app, "bank").command::<Deposit>().query::<GetBalance>()
}

pub(crate) async fn events(store: &MemoryStore) -> usize {
    store.read_stream(ReadStream::new("account-ada".parse().unwrap())).await.unwrap().events.len()
}
