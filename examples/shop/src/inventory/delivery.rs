use super::StockDelivered;
use crate::catalogue::ProductId;
use factum::prelude::*;

/// How many of a product have ever come in. Nothing that customers do gets in its way.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(StockDelivered))]
pub struct Deliveries {
    total: u64,
}

/// More than this is not one shop's stock, but a slip of the keyboard.
const MOST: u64 = 1_000_000_000;
/// So many come in one delivery at most.
const MOST_AT_ONCE: u32 = 1_000_000;

impl Apply<StockDelivered> for Deliveries {
    fn apply(&mut self, event: &StockDelivered) {
        self.total += u64::from(event.quantity);
    }
}

/// Goods come in.
#[derive(Clone, Debug, Command)]
#[command(decider = Deliveries, stream = "delivery", validate = Self::check)]
pub struct DeliverStock {
    /// Which product.
    #[command(tag)]
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
}

impl DeliverStock {
    fn check(&self) -> Result<(), String> {
        match (1..=MOST_AT_ONCE).contains(&self.quantity) {
            true => Ok(()),
            false => Err(format!("the quantity is not between 1 and {MOST_AT_ONCE}")),
        }
    }
}

/// There is no room for so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("there is no room for so many")]
pub struct TooMuch;

impl Handle<DeliverStock> for Deliveries {
    type Rejection = TooMuch;

    fn handle(&self, command: &DeliverStock) -> Result<Events<Self>, TooMuch> {
        let DeliverStock { product, quantity } = command.clone();
        match self.total + u64::from(quantity) <= MOST {
            true => Ok(StockDelivered { product, quantity }.into()),
            false => Err(TooMuch),
        }
    }
}
