//! An order, from the cart to its end.
//!
//! The module knows what a customer wants, and what came of it. Whether the goods are there and the money comes, it does not
//! know: other modules do, and tell by events.

mod cart;
mod checkout;
mod close;
mod events;
mod refused;
mod state;
mod vocabulary;

pub use self::{
    cart::{OpenCart, PutItem, TakeItem},
    checkout::Checkout,
    close::{CancelOrder, CompleteOrder, RequestCancellation},
    events::{
        CancellationRequested, CartOpened, ItemPut, ItemTaken, OrderCancelled, OrderCompleted, OrderPlaced,
    },
    refused::Refused,
    state::{Item, Order, OrderEvent, Stage},
    vocabulary::{Card, Country, OrderId, OrderLine, Reason},
};

/// So many different products are in a cart at most.
pub const MOST_PRODUCTS: usize = 20;
/// So many of one product are in a cart at most.
pub const MOST_OF_ONE: u32 = 99;
/// So many characters has a customer's name at most.
pub const LONGEST_NAME: usize = 80;
