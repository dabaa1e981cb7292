//! What a customer does before the checkout.

use super::{CartOpened, ItemPut, ItemTaken, MOST_OF_ONE, MOST_PRODUCTS, Order, OrderId, Refused, Stage};
use crate::{catalogue::ProductId, money::Cents};
use factum::prelude::*;

/// Begins to shop. Doing it twice is doing it once.
#[derive(Clone, Debug, Command)]
pub struct OpenCart {
    /// The order that it may become.
    pub order: OrderId,
}

/// Has so many of a product in the cart, whatever was there before.
#[derive(Clone, Debug, Command)]
#[command(validate = Self::check)]
pub struct PutItem {
    /// The order.
    #[command(target)]
    pub order: OrderId,
    /// Which product.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// The price that the customer has seen.
    pub price: Cents,
}

/// Takes a product out of the cart.
#[derive(Clone, Debug, Command)]
pub struct TakeItem {
    /// The order.
    #[command(target)]
    pub order: OrderId,
    /// Which product.
    pub product: ProductId,
}

impl PutItem {
    fn check(&self) -> Result<(), String> {
        match (1..=MOST_OF_ONE).contains(&self.quantity) {
            true => Ok(()),
            false => Err(format!("the quantity is not between 1 and {MOST_OF_ONE}")),
        }
    }
}

impl Handle<OpenCart> for Order {
    type Rejection = Never;

    fn handle(&self, command: &OpenCart) -> Result<Events<Self>, Never> {
        Ok(match self.stage() {
            Stage::Unknown => CartOpened { order: command.order }.into(),
            _ => Events::none(),
        })
    }
}

impl Handle<PutItem> for Order {
    type Rejection = Refused;

    fn handle(&self, command: &PutItem) -> Result<Events<Self>, Refused> {
        self.must_be_a_cart()?;
        let PutItem { order, product, quantity, price } = command.clone();
        match self.items().get(&product) {
            None if self.items().len() >= MOST_PRODUCTS => Err(Refused::TooManyProducts),
            Some(item) if (item.quantity, item.price) == (quantity, price) => Ok(Events::none()),
            _ => Ok(ItemPut { order, product, quantity, price }.into()),
        }
    }
}

impl Handle<TakeItem> for Order {
    type Rejection = Refused;

    fn handle(&self, command: &TakeItem) -> Result<Events<Self>, Refused> {
        self.must_be_a_cart()?;
        let TakeItem { order, product } = command.clone();
        match self.items().contains_key(&product) {
            true => Ok(ItemTaken { order, product }.into()),
            false => Err(Refused::NotInCart),
        }
    }
}
