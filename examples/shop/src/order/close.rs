//! How an order ends.

use super::{CancellationRequested, Order, OrderCancelled, OrderCompleted, OrderId, Reason, Refused, Stage};
use factum::prelude::*;

/// A customer does not want the order any more.
#[derive(Clone, Debug, Command)]
pub struct RequestCancellation {
    /// The order.
    pub order: OrderId,
}

/// The goods are on their way and paid for.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
pub struct CompleteOrder {
    /// The order.
    pub order: OrderId,
}

/// Nothing will come of the order, and what was done for it is undone.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
pub struct CancelOrder {
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: Reason,
}

impl Handle<RequestCancellation> for Order {
    type Rejection = Refused;

    fn handle(&self, command: &RequestCancellation) -> Result<Events<Self>, Refused> {
        self.must_be_placed()?;
        Ok(match self.is_to_be_cancelled() {
            true => Events::none(),
            false => CancellationRequested { order: command.order }.into(),
        })
    }
}

impl Handle<CompleteOrder> for Order {
    type Rejection = Refused;

    fn handle(&self, command: &CompleteOrder) -> Result<Events<Self>, Refused> {
        if self.stage() == Stage::Completed {
            return Ok(Events::none());
        }
        self.must_be_placed()?;
        Ok(OrderCompleted { order: command.order, total: self.total() }.into())
    }
}

impl Handle<CancelOrder> for Order {
    type Rejection = Refused;

    fn handle(&self, command: &CancelOrder) -> Result<Events<Self>, Refused> {
        if self.stage() == Stage::Cancelled {
            return Ok(Events::none());
        }
        self.must_be_placed()?;
        Ok(OrderCancelled { order: command.order, reason: command.reason }.into())
    }
}
