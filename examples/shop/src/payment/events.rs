use crate::{
    money::Cents,
    order::{Card, OrderId},
};
use factum::prelude::*;

/// The payment service is to charge a card.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PaymentRequested {
    /// The order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
    /// Which card.
    pub card: Card,
}

/// The payment service says that it has the money.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PaymentConfirmed {
    /// The order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
}

/// The payment service says that there is no money.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PaymentDeclined {
    /// The order.
    pub order: OrderId,
}

/// The shop waits for this payment no longer. If it comes all the same, it goes back.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PaymentVoided {
    /// The order.
    pub order: OrderId,
}

/// The payment service is to give money back.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct RefundRequested {
    /// The order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
}

/// The payment service says that it has given the money back.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PaymentRefunded {
    /// The order.
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
}
