use super::{Card, Country, LONGEST_NAME, Order, OrderId, OrderPlaced, Refused};
use crate::terms::Terms;
use factum::prelude::*;

/// Makes an order of a cart.
#[derive(Clone, Debug, Command)]
#[command(validate = Self::check)]
pub struct Checkout {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub customer: String,
    /// What is paid with.
    pub card: Card,
    /// Where it goes.
    pub country: Country,
    /// How long the shop waits for what.
    pub terms: Terms,
}

impl Checkout {
    fn check(&self) -> Result<(), String> {
        if self.customer.chars().next().is_none_or(char::is_whitespace) {
            return Err("the customer's name is none, or begins with a space".to_owned());
        }
        if self.customer.chars().count() > LONGEST_NAME {
            return Err(format!("the customer's name has more than {LONGEST_NAME} characters"));
        }
        match self.customer.chars().any(char::is_control) {
            true => Err("the customer's name has characters that cannot be printed".to_owned()),
            false => Ok(()),
        }
    }
}

impl Handle<Checkout> for Order {
    type Rejection = Refused;

    fn handle(&self, command: &Checkout) -> Result<Events<Self>, Refused> {
        self.must_be_a_cart()?;
        let lines = self.lines();
        if lines.is_empty() {
            return Err(Refused::Empty);
        }
        let Checkout { order, customer, card, country, terms } = command.clone();
        Ok(OrderPlaced { order, customer, lines, total: self.total(), card, country, terms }.into())
    }
}
