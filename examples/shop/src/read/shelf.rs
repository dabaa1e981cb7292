use crate::{
    catalogue::{ProductId, ProductListed},
    inventory::{
        BackorderDropped, StockDelivered, StockDispatched, StockReleased, StockReserved, StockShort,
    },
    line::Line,
    money::Cents,
    order::OrderId,
};
use factum::prelude::*;
use std::collections::BTreeMap;

/// What there is of each product.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(
    name = "shelf",
    events(
        ProductListed,
        StockDelivered,
        StockReserved,
        StockReleased,
        StockDispatched,
        StockShort,
        BackorderDropped,
    ),
    derive(Clone, Debug)
)]
pub struct Shelf;

/// What there is of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wares {
    /// What it is called.
    pub name: String,
    /// What one costs.
    pub price: Cents,
    /// How many are in the storeroom.
    pub on_hand: u64,
    /// How many of these are set aside for orders.
    pub reserved: u64,
    /// How many each order waits for.
    pub waiting: BTreeMap<OrderId, u32>,
}

impl Wares {
    /// How many can be ordered and sent at once.
    #[must_use]
    pub const fn available(&self) -> u64 {
        self.on_hand.saturating_sub(self.reserved)
    }

    /// How many are waited for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.waiting.values().copied().map(u64::from).sum()
    }
}

impl ShelfEvent {
    fn lines(&self) -> &[Line] {
        match self {
            Self::StockReserved(event) => &event.lines,
            Self::StockReleased(event) => &event.lines,
            Self::StockDispatched(event) => &event.lines,
            Self::StockShort(event) => &event.lines,
            Self::BackorderDropped(event) => &event.lines,
            Self::ProductListed(_) | Self::StockDelivered(_) => &[],
        }
    }
}

impl View for Shelf {
    type Key = ProductId;
    type Document = Wares;

    fn keys(&self, event: &Recorded<ShelfEvent>) -> Keys<ProductId> {
        match &event.event {
            ShelfEvent::ProductListed(listed) => Keys::one(listed.product.clone()),
            ShelfEvent::StockDelivered(delivered) => Keys::one(delivered.product.clone()),
            other => Keys::many(other.lines().iter().map(|line| line.product.clone())),
        }
    }

    fn fold(&self, product: &ProductId, wares: &mut Wares, event: &Recorded<ShelfEvent>) {
        let mine = event.event.lines().iter().filter(|line| line.product == *product);
        let quantity: u32 = mine.map(|line| line.quantity).sum();
        match &event.event {
            ShelfEvent::ProductListed(listed) => {
                wares.name.clone_from(&listed.name);
                wares.price = listed.price;
            }
            ShelfEvent::StockDelivered(delivered) => wares.on_hand += u64::from(delivered.quantity),
            ShelfEvent::StockReserved(reserved) => {
                wares.reserved += u64::from(quantity);
                wares.waiting.remove(&reserved.order);
            }
            ShelfEvent::StockReleased(_) => wares.reserved -= u64::from(quantity),
            ShelfEvent::StockDispatched(_) => {
                wares.reserved -= u64::from(quantity);
                wares.on_hand -= u64::from(quantity);
            }
            ShelfEvent::StockShort(short) => {
                wares.waiting.insert(short.order, quantity);
            }
            ShelfEvent::BackorderDropped(dropped) => {
                wares.waiting.remove(&dropped.order);
            }
        }
    }
}

/// What is there?
#[derive(Clone, Copy, Debug)]
pub struct GetShelf;

/// A product, and what there is of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnShelf {
    /// Which.
    pub product: String,
    /// What there is of it.
    pub wares: Wares,
}

impl ReadQuery for GetShelf {
    type Model = Documents<Shelf>;
    type Answer = Vec<OnShelf>;

    async fn answer(self, shelf: &Documents<Shelf>) -> Result<Vec<OnShelf>, AskError> {
        let all = shelf.all().await?.into_iter();
        Ok(all.map(|(product, wares)| OnShelf { product, wares }).collect())
    }
}
