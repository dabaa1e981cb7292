use crate::{
    money::Cents,
    order::{Card, OrderId},
};
use factum::prelude::*;

/// The service has taken money from a card.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct Charged {
    /// For which order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
}

/// The service has taken money from a card, and takes its time to say so.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ChargedLate {
    /// For which order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
    /// After so many milliseconds it says so.
    pub answers_after_ms: u64,
}

/// The card has no money.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ChargeRefused {
    /// For which order.
    pub order: OrderId,
}

/// The service has given money back.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct Returned {
    /// For which order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
}

/// What the service's books say of an order.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(
    category = "provider_account",
    id = OrderId,
    shared_id,
    events(Charged, ChargedLate, ChargeRefused, Returned),
    derive(Clone, Debug)
)]
pub struct Account {
    entry: Option<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    Charged { amount: Cents },
    Refused,
    Returned,
}

impl Apply<Charged> for Account {
    fn apply(&mut self, event: &Charged) {
        self.entry = Some(Entry::Charged { amount: event.amount });
    }
}

impl Apply<ChargedLate> for Account {
    fn apply(&mut self, event: &ChargedLate) {
        self.entry = Some(Entry::Charged { amount: event.amount });
    }
}

impl Apply<ChargeRefused> for Account {
    fn apply(&mut self, _: &ChargeRefused) {
        self.entry = Some(Entry::Refused);
    }
}

impl Apply<Returned> for Account {
    fn apply(&mut self, _: &Returned) {
        self.entry = Some(Entry::Returned);
    }
}

/// Takes money from a card, once for an order, or says that there is none.
#[derive(Clone, Debug, PartialEq, Command)]
#[command(aggregate = Account)]
pub struct Charge {
    /// For which order.
    #[command(target)]
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
    /// From which card.
    pub card: Card,
    /// A late answer comes after so many milliseconds.
    pub late_by_ms: u64,
}

/// Gives back what was charged, once.
#[derive(Clone, Debug, PartialEq, Command)]
#[command(aggregate = Account)]
pub struct Return {
    /// For which order.
    #[command(target)]
    pub order: OrderId,
}

/// Nothing was charged for this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("nothing was charged for this order")]
pub struct NotCharged;

impl Handle<Charge> for Account {
    type Rejection = Never;

    fn handle(&self, command: &Charge) -> Result<Events<Self>, Never> {
        let Charge { order, amount, card, late_by_ms: answers_after_ms } = *command;
        Ok(match (self.entry, card) {
            (Some(_), _) | (None, Card::Silent) => Events::none(),
            (None, Card::Valid) => Charged { order, amount }.into(),
            (None, Card::Slow) => ChargedLate { order, amount, answers_after_ms }.into(),
            (None, Card::Declined) => ChargeRefused { order }.into(),
        })
    }
}

impl Handle<Return> for Account {
    type Rejection = NotCharged;

    fn handle(&self, command: &Return) -> Result<Events<Self>, NotCharged> {
        match self.entry {
            Some(Entry::Charged { amount }) => Ok(Returned { order: command.order, amount }.into()),
            Some(Entry::Returned) => Ok(Events::none()),
            Some(Entry::Refused) | None => Err(NotCharged),
        }
    }
}
