//! Accounts: an aggregate for each, and a view over them.

use factum::prelude::*;

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Deposited {
    pub(crate) amount: u64,
}

#[derive(Event, Serialize, Deserialize)]
#[event(name = "account.withdrawn", version = 2)]
pub(crate) struct Withdrawn {
    pub(crate) amount: u64,
    #[event(tag)]
    #[serde(default)]
    pub(crate) branch: Option<String>,
}

/// Its events have neither `Debug` nor `PartialEq`.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(id = AccountId, events(Deposited, Withdrawn))]
pub(crate) struct Account {
    pub(crate) balance: i64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount as i64;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.balance -= event.amount as i64;
    }
}

#[derive(Command)]
pub(crate) struct Deposit {
    pub(crate) account: AccountId,
    pub(crate) amount: u64,
}

#[derive(Command)]
pub(crate) struct Withdraw {
    pub(crate) account: AccountId,
    pub(crate) amount: u64,
}

#[derive(Debug, PartialEq)]
pub(crate) struct NotEnough {
    pub(crate) available: i64,
}

impl Handle<Deposit> for Account {
    type Rejection = Never;

    fn handle(&self, command: &Deposit) -> Result<Events<Self>, Never> {
        match command.amount {
            0 => Ok(Events::none()),
            amount => Ok(Deposited { amount }.into()),
        }
    }
}

impl Handle<Withdraw> for Account {
    type Rejection = NotEnough;

    fn handle(&self, command: &Withdraw) -> Result<Events<Self>, NotEnough> {
        match command.amount as i64 > self.balance {
            true => Err(NotEnough { available: self.balance }),
            false => Ok(withdrawn(command.amount).into()),
        }
    }
}

#[derive(Projection)]
#[projection(name = "balances", categories("account"), document = Balance, events(Deposited, Withdrawn))]
pub(crate) struct Balances;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Balance {
    pub(crate) amount: i64,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount as i64;
    }
}

impl Apply<Withdrawn> for Balance {
    fn apply(&mut self, event: &Withdrawn) {
        self.amount -= event.amount as i64;
    }
}

pub(crate) fn ada() -> AccountId {
    "ada".into()
}

pub(crate) fn deposit(amount: u64) -> Deposit {
    Deposit { account: ada(), amount }
}

pub(crate) fn withdraw(amount: u64) -> Withdraw {
    Withdraw { account: ada(), amount }
}

pub(crate) fn withdrawn(amount: u64) -> Withdrawn {
    Withdrawn { amount, branch: None }
}
