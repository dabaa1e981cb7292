//! Consumers of a broker's messages: handlers that are written as those of the log are.
//!
//! | what | delivery | handler |
//! |---|---|---|
//! | [`at_most_once`] | a message is acknowledged, then handled; what fails, or a crash, loses it | a [`Reactor`](factum_core::projection::Reactor) |
//! | [`at_least_once`] | it is handled, then acknowledged; after a crash the last few are handled again | a [`Reactor`](factum_core::projection::Reactor) |
//! | [`effectively_once`] | its effect and its key in the inbox commit in one transaction | a [`Project`](factum_core::projection::Project), such as any view |
//! | [`into_log`] | it becomes an event of the own log, once, by its id | none: whatever follows the log |
//!
//! The same type that follows the log (`.reactor(Billing)`, `.projection(Invoices)`) follows the messages of another service, and
//! has events by derive; by default it listens to the topics of those. What comes in of other types is acknowledged and left alone.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{App, NewEvent, StreamId, View as _};
//! use factum_macros::{Event, Projection};
//! use factum_messaging::{ConsumeExt as _, LocalBroker, consumer::effectively_once};
//! use factum_store_memory::MemoryStore;
//! # use factum_core::{Append, Apply, EventAppender as _};
//! # use factum_messaging::{Publish, relay};
//! # use factum_projections::AppBuilderExt as _;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize)]
//! struct Paid { amount: u64 }
//!
//! #[derive(Projection, Default, Serialize, Deserialize)]
//! #[projection(name = "invoices", events(Paid), key = String)]
//! struct Invoice { paid: u64 }
//!
//! impl Apply<Paid> for Invoice {
//!     fn apply(&mut self, event: &Paid) { self.paid += event.amount }
//! }
//! # #[derive(Projection)]
//! # #[projection(name = "orders_out", events(Paid))]
//! # struct OrdersOut;
//! # impl Publish for OrdersOut {}
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let broker = LocalBroker::new();
//! let invoices = effectively_once(Invoice::default(), broker.clone());
//! let billing = App::builder(MemoryStore::new()).consume(invoices).build().await?;
//! # billing.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Guarantees
//! - **In order by key.** Messages with the same `partitionkey` (otherwise `subject`, otherwise topic) are handled one after the
//!   other, in the order in which they come; others at the same time. Of all nodes that run a consumer, one listens, by a lease in
//!   the store, so that this holds over nodes; when it dies, another one goes on within [seconds](Consumer::lease).
//!   Where the order does not matter, several may [compete](Consumer::competing).
//! - **A poison message parks only its own key.** A message that fails again and again is appended to the log of the consumer's own
//!   store as a [letter](Letter), acknowledged, and tried again from there, with pauses that grow; later messages of its key
//!   queue behind it, and all others flow. After five attempts it waits in quarantine, where it can be looked at, tried
//!   again and skipped as any event (`factum quarantine list billing`), and stays readable for good.
//! - **What cannot be read** as a CloudEvent is [rejected](crate::transport::Incoming::reject).

mod component;
mod consuming;
mod handler;
mod into_log;
mod lanes;
mod letter;
mod listening;
mod queues;

pub use self::{
    component::ConsumeExt,
    consuming::{Consumer, at_least_once, at_most_once, effectively_once},
    handler::{AtLeastOnce, AtMostOnce, EffectivelyOnce, Handler},
    into_log::{IntoLog, into_log},
    letter::{Letter, Letters},
};
