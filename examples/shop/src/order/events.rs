use super::{Card, Country, OrderId, OrderLine, Reason};
use crate::{catalogue::ProductId, money::Cents, terms::Terms};
use factum::prelude::*;

/// A customer has begun to shop.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct CartOpened {
    /// The order that it may become.
    pub order: OrderId,
}

/// So many of a product are in the cart now, whatever was there before.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ItemPut {
    /// The order.
    pub order: OrderId,
    /// Which product.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// What one of it costs: the price that the customer has seen.
    pub price: Cents,
}

/// A product is no longer in the cart.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ItemTaken {
    /// The order.
    pub order: OrderId,
    /// Which product.
    pub product: ProductId,
}

/// The cart has become an order. Whatever happens next is begun by this.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub customer: String,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub total: Cents,
    /// What is paid with.
    pub card: Card,
    /// Where it goes.
    pub country: Country,
    /// How long the shop waits for what.
    pub terms: Terms,
}

/// The customer does not want it any more. Whether it is too late, whoever coordinates the order decides.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct CancellationRequested {
    /// The order.
    pub order: OrderId,
}

/// The goods are on their way and paid for. An end.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct OrderCompleted {
    /// The order.
    pub order: OrderId,
    /// What it has brought in.
    pub total: Cents,
}

/// Nothing will come of it, and what was done for it is undone. The other end.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: Reason,
}
