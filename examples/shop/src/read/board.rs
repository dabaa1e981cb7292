use super::Entry;
use crate::{
    inventory::{StockReserved, StockShort},
    order::{OrderCancelled, OrderCompleted, OrderId, OrderPlaced},
    payment::{PaymentConfirmed, PaymentRefunded},
    shipping::ShipmentPrepared,
};
use factum::prelude::*;

/// How each order is, from what all modules say.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(
    name = "board",
    events(
        OrderPlaced,
        OrderCompleted,
        OrderCancelled,
        StockReserved,
        StockShort,
        PaymentConfirmed,
        PaymentRefunded,
        ShipmentPrepared,
    ),
    derive(Clone, Debug)
)]
pub struct Board;

impl BoardEvent {
    /// Which order it is about.
    #[must_use]
    pub const fn order(&self) -> OrderId {
        match self {
            Self::OrderPlaced(event) => event.order,
            Self::OrderCompleted(event) => event.order,
            Self::OrderCancelled(event) => event.order,
            Self::StockReserved(event) => event.order,
            Self::StockShort(event) => event.order,
            Self::PaymentConfirmed(event) => event.order,
            Self::PaymentRefunded(event) => event.order,
            Self::ShipmentPrepared(event) => event.order,
        }
    }
}

impl View for Board {
    type Key = OrderId;
    type Document = Entry;

    fn keys(&self, event: &Recorded<BoardEvent>) -> Keys<OrderId> {
        Keys::one(event.event.order())
    }

    fn fold(&self, _: &OrderId, entry: &mut Entry, event: &Recorded<BoardEvent>) {
        entry.take(event);
    }
}
