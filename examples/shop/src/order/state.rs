use super::{
    CancellationRequested, CartOpened, ItemPut, ItemTaken, OrderCancelled, OrderCompleted, OrderId,
    OrderLine, OrderPlaced, Refused,
};
use crate::{catalogue::ProductId, money::Cents};
use factum::prelude::*;
use std::collections::BTreeMap;

/// An order, as far as decisions about it need it.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(
    id = OrderId,
    events(CartOpened, ItemPut, ItemTaken, OrderPlaced, CancellationRequested, OrderCompleted, OrderCancelled),
    derive(Clone, Debug)
)]
pub struct Order {
    stage: Stage,
    items: BTreeMap<ProductId, Item>,
    is_to_be_cancelled: bool,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// There is none.
    #[default]
    Unknown,
    /// It is a cart.
    Cart,
    /// It is an order.
    Placed,
    /// It has ended well.
    Completed,
    /// It has come to nothing.
    Cancelled,
}

/// What is in a cart of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// How many.
    pub quantity: u32,
    /// What one of it costs.
    pub price: Cents,
}

impl Order {
    /// How far it is.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// What is in it, in the order of the products' ids.
    #[must_use]
    pub fn lines(&self) -> Vec<OrderLine> {
        let line = |(product, item): (&ProductId, &Item)| OrderLine {
            product: product.clone(),
            quantity: item.quantity,
            price: item.price,
        };
        self.items.iter().map(line).collect()
    }

    /// What it costs.
    #[must_use]
    pub fn total(&self) -> Cents {
        self.items.values().map(|item| item.price * item.quantity).sum()
    }

    /// Whether the customer has asked for its cancellation.
    #[must_use]
    pub(super) const fn is_to_be_cancelled(&self) -> bool {
        self.is_to_be_cancelled
    }

    pub(super) const fn items(&self) -> &BTreeMap<ProductId, Item> {
        &self.items
    }

    pub(super) const fn must_be_a_cart(&self) -> Result<(), Refused> {
        match self.stage {
            Stage::Unknown => Err(Refused::Unknown),
            Stage::Cart => Ok(()),
            Stage::Placed | Stage::Completed | Stage::Cancelled => Err(Refused::Placed),
        }
    }

    pub(super) const fn must_be_placed(&self) -> Result<(), Refused> {
        match self.stage {
            Stage::Unknown => Err(Refused::Unknown),
            Stage::Cart => Err(Refused::NotPlaced),
            Stage::Placed => Ok(()),
            Stage::Completed | Stage::Cancelled => Err(Refused::Ended),
        }
    }
}

impl Apply<CartOpened> for Order {
    fn apply(&mut self, _: &CartOpened) {
        self.stage = Stage::Cart;
    }
}

impl Apply<ItemPut> for Order {
    fn apply(&mut self, event: &ItemPut) {
        let item = Item { quantity: event.quantity, price: event.price };
        self.items.insert(event.product.clone(), item);
    }
}

impl Apply<ItemTaken> for Order {
    fn apply(&mut self, event: &ItemTaken) {
        self.items.remove(&event.product);
    }
}

impl Apply<OrderPlaced> for Order {
    fn apply(&mut self, _: &OrderPlaced) {
        self.stage = Stage::Placed;
    }
}

impl Apply<CancellationRequested> for Order {
    fn apply(&mut self, _: &CancellationRequested) {
        self.is_to_be_cancelled = true;
    }
}

impl Apply<OrderCompleted> for Order {
    fn apply(&mut self, _: &OrderCompleted) {
        self.stage = Stage::Completed;
    }
}

impl Apply<OrderCancelled> for Order {
    fn apply(&mut self, _: &OrderCancelled) {
        self.stage = Stage::Cancelled;
    }
}
