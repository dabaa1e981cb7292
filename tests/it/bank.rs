//! The domain of the tests.

use factum::{Never, Violations, prelude::*};

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccountId(String);

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deposited {
    pub(crate) amount: u64,
}

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Withdrawn {
    pub(crate) amount: u64,
}

#[derive(Aggregate, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate(id = AccountId, events(Deposited, Withdrawn), derive(Clone, Debug, PartialEq))]
pub(crate) struct Account {
    pub(crate) balance: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
    }
}

#[derive(Command)]
pub(crate) struct Deposit {
    pub(crate) account: AccountId,
    pub(crate) amount: u64,
}

/// A command of several events.
#[derive(Command)]
pub(crate) struct DepositEach {
    pub(crate) account: AccountId,
    pub(crate) amounts: Vec<u64>,
}

/// A command whose decision panics.
#[derive(Command)]
pub(crate) struct Burn {
    pub(crate) account: AccountId,
}

#[derive(Command)]
#[command(validate = Withdraw::makes_sense)]
pub(crate) struct Withdraw {
    pub(crate) account: AccountId,
    pub(crate) amount: u64,
}

impl Withdraw {
    fn makes_sense(&self) -> Result<(), Violations> {
        match self.amount {
            0 => Err(Violations::new("amount", "must not be 0")),
            _ => Ok(()),
        }
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("there is only {available} in the account")]
pub(crate) struct NotEnough {
    pub(crate) available: u64,
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

impl Handle<DepositEach> for Account {
    type Rejection = Never;

    fn handle(&self, command: &DepositEach) -> Result<Events<Self>, Never> {
        Ok(command.amounts.iter().map(|amount| Deposited { amount: *amount }.into()).collect())
    }
}

impl Handle<Burn> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Burn) -> Result<Events<Self>, Never> {
        panic!("money does not burn")
    }
}

impl Handle<Withdraw> for Account {
    type Rejection = NotEnough;

    fn handle(&self, command: &Withdraw) -> Result<Events<Self>, NotEnough> {
        if command.amount > self.balance {
            return Err(NotEnough { available: self.balance });
        }
        Ok(Withdrawn { amount: command.amount }.into())
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection(key = AccountId, events(Deposited, Withdrawn))]
pub(crate) struct Balance {
    pub(crate) amount: u64,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

impl Apply<Withdrawn> for Balance {
    fn apply(&mut self, event: &Withdrawn) {
        self.amount -= event.amount;
    }
}

pub(crate) fn ada() -> AccountId {
    AccountId::from("ada")
}

pub(crate) fn deposit(amount: u64) -> Deposit {
    Deposit { account: ada(), amount }
}

pub(crate) fn withdraw(amount: u64) -> Withdraw {
    Withdraw { account: ada(), amount }
}
