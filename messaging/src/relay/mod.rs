//! The outbox relay: what is committed to the log is published by a broker, in order, and never lost.
//!
//! The log is the outbox. A relay follows it as a projection does, publishes, and moves its checkpoint when the broker has
//! confirmed; so there is no second table to write to, and no event that is committed and not published.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{App, Append, ConsumerName, EventAppender as _, NewEvent, StreamId};
//! use factum_macros::{Event, Projection};
//! use factum_messaging::{LocalBroker, Publish, Transport as _, relay, transport::Listen};
//! use factum_projections::AppBuilderExt as _;
//! use factum_store_memory::MemoryStore;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize)]
//! struct Paid { amount: u64 }
//!
//! /// What others are told of orders.
//! #[derive(Projection)]
//! #[projection(name = "orders_out", events(Paid))]
//! struct OrdersOut;
//!
//! impl Publish for OrdersOut {}
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (store, broker) = (MemoryStore::new(), LocalBroker::new());
//! let mut paid = broker.listen(Listen::new(ConsumerName::new("billing")?, ["order.*.Paid".parse()?])).await?;
//! let app = App::builder(store.clone()).run(relay(OrdersOut, broker)).build().await?;
//!
//! let event = NewEvent::of(StreamId::new("order", "7")?, &Paid { amount: 3 })?;
//! store.append_one(Append::new([event])).await?;
//!
//! let message = paid.next().await.expect("the broker is open")?;
//! assert_eq!(message.topic.as_str(), "order.7.Paid");
//! assert_eq!(message.event.data.as_deref(), Some(&br#"{"amount":3}"#[..]));
//! message.ack().await?;
//! # app.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Guarantees
//! - **At least once.** An event that is committed is published, whatever crashes when. After a crash, or a commit that failed, the
//!   last few are published again: the [id](crate::CloudEvent::id) says that they are the same, and an inbox recognises them.
//! - **In order.** The events of a stream are published in their order, also when one of them has to be tried again, and when
//!   several nodes share the [partitions](factum_projections::Runner::partitions) of the relay. What is published *again* may come
//!   after later ones of its stream.
//! - **What a broker forgets is published again.** Of one that confirms messages before it has saved them, and
//!   [says what it has saved](crate::transport::Saving), the checkpoint follows what is saved. When the connection is lost, the relay
//!   begins again at the checkpoint, before anything newer is published.
//! - **A broker that is away delays.** The relay tries again for as long as it takes, with pauses that grow. How far it is behind, in
//!   events and in seconds, [`AppExt::health`](factum_projections::AppExt::health) says, and the same metrics as for a read model.
//! - **A message that the broker refuses** is put into quarantine with what follows in its stream; all others flow. It can be
//!   looked at, tried again and skipped as any other ([`quarantine`](factum_core::quarantine), `factum quarantine`).
//!
//! A relay begins at the first event of the log. To begin elsewhere, say so: `relay(…).from(Start::Now)`.

mod publish;
mod relaying;
mod unsaved;

pub use self::{
    publish::Publish,
    relaying::{Relay, relay},
};
