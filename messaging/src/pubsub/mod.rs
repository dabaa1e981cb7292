//! Messages between the tasks of one process.
//!
//! # What a subscriber does to others
//! Nothing. Each has a queue of its own, bounded by [`SubscribeOptions::capacity`]; when it is full, its
//! [`Overflow`] decides what becomes of this subscriber's messages, and only `Overflow::Wait` makes publishers wait. A
//! handler that panics has failed at one message: the panic is caught, logged and counted, and it gets the next one.
//!
//! # Order
//! A subscriber gets the messages of one publisher in the order in which they were published, that is, in which its calls of
//! [`PubSub::publish`] followed each other. Between publishers there is no order.
//!
//! # Delivery
//! At most once, as [the crate](crate) says. What a subscriber has missed because it was too slow, it is told
//! ([`Missed`]).

mod bus;
mod handler;
mod index;
mod message;
mod options;
mod queue;
mod stats;
mod subscriber;
mod typed;

pub use self::{
    bus::PubSub,
    handler::{Handler, HandlerStats},
    message::Message,
    options::{OnPanic, Overflow, SubscribeOptions},
    stats::Stats,
    subscriber::{Missed, Subscriber},
    typed::{EventSubscriber, Unread},
};
