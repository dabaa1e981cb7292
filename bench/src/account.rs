//! The domain of the workloads: an account and payloads of about 120 bytes.

use factum::{messaging::Publish, prelude::*, uuid::Uuid};
use std::borrow::Cow;

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccountId(String);

impl AccountId {
    /// The text of a UUID, as the peers have it, spread as random ones would be.
    pub(crate) fn nth(n: u64) -> Self {
        let mix = |mut z: u64| {
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        let high = mix(n.wrapping_add(0x9e37_79b9_7f4a_7c15));
        Self(Uuid::from_u64_pair(high, mix(high ^ n)).to_string())
    }
}

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

    /// One whose JSON has so many bytes, 50 at least.
    pub(crate) fn of_size(amount: u64, size: usize) -> Self {
        let rest = format!(r#"{{"amount":{amount},"memo":""}}"#).len();
        Self { amount, memo: "m".repeat(size - rest) }
    }

    pub(crate) const fn amount(&self) -> u64 {
        self.amount
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

/// Pays something in so many times; the first event of an account opens it.
#[derive(Command)]
pub(crate) struct Pay {
    pub(crate) account: AccountId,
    pub(crate) times: u64,
}

impl Handle<Pay> for Account {
    type Rejection = Never;

    fn handle(&self, command: &Pay) -> Result<Events<Self>, Never> {
        let event = |n| match self.open || n > 0 {
            false => Opened { memo: memo(0) }.into(),
            true => Deposited::new(self.events + n).into(),
        };
        Ok((0..command.times).map(event).collect())
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

/// For a broker.
#[derive(Projection)]
#[projection(name = "deposits_out", events(Deposited))]
pub(crate) struct DepositsOut;

impl DepositsOut {
    pub(crate) const SOURCE: &'static str = "/bench";
}

impl Publish for DepositsOut {
    fn source(&self) -> Cow<'static, str> {
        Self::SOURCE.into()
    }
}
