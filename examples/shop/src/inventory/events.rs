use crate::{catalogue::ProductId, line::Line, order::OrderId};
use factum::prelude::*;

/// Goods have come in.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct StockDelivered {
    /// Which product.
    #[event(tag)]
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
}

/// All that an order needs is set aside for it.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct StockReserved {
    /// The order.
    #[event(tag)]
    pub order: OrderId,
    /// What was set aside.
    #[event(tag = "product")]
    pub lines: Vec<Line>,
}

/// Not all that an order needs is there, so that nothing was set aside. The order waits.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct StockShort {
    /// The order.
    #[event(tag)]
    pub order: OrderId,
    /// What it needs.
    #[event(tag = "product")]
    pub lines: Vec<Line>,
    /// What of it is missing.
    pub missing: Vec<Line>,
}

/// For an order that waits there may be enough now. Whether there is, the next attempt to reserve it tells.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct BackorderDue {
    /// The order.
    #[event(tag)]
    pub order: OrderId,
    /// What it needs.
    #[event(tag = "product")]
    pub lines: Vec<Line>,
}

/// An order waits no longer.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct BackorderDropped {
    /// The order.
    #[event(tag)]
    pub order: OrderId,
    /// What it has waited for.
    #[event(tag = "product")]
    pub lines: Vec<Line>,
}

/// What was set aside for an order is free again.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct StockReleased {
    /// The order.
    #[event(tag)]
    pub order: OrderId,
    /// What is free again.
    #[event(tag = "product")]
    pub lines: Vec<Line>,
}

/// What was set aside for an order has left the house. It changes nothing of what can be reserved, so it has no tags of
/// products.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct StockDispatched {
    /// The order.
    #[event(tag)]
    pub order: OrderId,
    /// What has left.
    pub lines: Vec<Line>,
}
