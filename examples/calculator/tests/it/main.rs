//! The calculator, as it is run: a process that asks, and one that answers.
#![allow(clippy::unwrap_used)]

mod program;

mod it_needs_no_broker;
mod over_nats;
mod over_rabbitmq;
