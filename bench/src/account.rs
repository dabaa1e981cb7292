//! The domain of the workloads: an account and payloads of about 120 bytes.

use factum::prelude::*;

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccountId(u64);

#[derive(Event, Clone, Serialize, Deserialize)]
pub(crate) struct Opened {
    memo: String,
}

#[derive(Event, Clone, Serialize, Deserialize)]
pub(crate) struct Deposited {
    amount: u64,
    memo: String,
}

impl Deposited {
    pub(crate) fn new(amount: u64) -> Self {
        Self { amount, memo: memo(amount) }
    }
}

fn memo(n: u64) -> String {
    format!("{n:08} transfer reference for the monthly invoice, thank you for your trust..")
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = AccountId, events(Opened, Deposited))]
pub(crate) struct Account {
    open: bool,
    pub(crate) events: u64,
    balance: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {
        self.open = true;
        self.events += 1;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
        self.events += 1;
    }
}

/// Opens the account, or pays something in.
#[derive(Command)]
pub(crate) struct Pay {
    #[command(target)]
    pub(crate) account: AccountId,
}

impl Handle<Pay> for Account {
    type Rejection = std::convert::Infallible;

    fn handle(&self, _: &Pay) -> Result<Events<Self>, Self::Rejection> {
        Ok(match self.open {
            false => Opened { memo: memo(0) }.into(),
            true => Deposited::new(self.events).into(),
        })
    }
}

#[derive(Projection)]
#[projection(name = "balances", key = AccountId, document = Balance, events(Deposited))]
pub(crate) struct Balances;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Balance {
    amount: u64,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}
