//! RabbitMQ, over AMQP 0-9-1. With the feature `rabbitmq`.
//!
//! ```no_run
//! use factum_core::ConsumerName;
//! use factum_messaging::{CloudEvent, Transport, rabbitmq::RabbitMq, transport::{Listen, Outgoing}};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = RabbitMq::connect("amqp://guest:guest@localhost").await?;
//! let mut feed = transport.listen(Listen::new(ConsumerName::new("billing")?, ["order.*.Placed".parse()?])).await?;
//!
//! let event = CloudEvent::new("1", "/shop", "Placed")?.with_data("{}");
//! transport.publish(vec![Outgoing::new("order.7.Placed".parse()?, "order-7", event)]).await;
//!
//! let message = feed.next().await.expect("the transport is open")?;
//! message.ack().await?;
//! # Ok(()) }
//! ```
//!
//! Needs RabbitMQ 3.10 or later, and a user who may configure what is in the table.
//!
//! # At the broker
//! | what | what for |
//! |---|---|
//! | exchange `factum` | What is published, under its topic as the routing key: at most 255 bytes. |
//! | queue `factum.{consumer}` | What waits for a consumer. Bound to its patterns. |
//! | exchange `factum.dead`, queue `factum.{consumer}.dead` | What the consumer has [rejected](crate::transport::Incoming::reject), and what cannot be read. |
//! | exchange `factum.requests`, queue `factum.requests.{service}` | [Requests](crate::remote::RequestReply), shared by those who serve in one name. Classic, and deleted with the last of them; 30 seconds after a restart of the broker if none comes. |
//! | queue `factum.{consumer}.delay.{milliseconds}` | What is delivered again [after a pause](crate::transport::Incoming::nack), which is rounded up to a power of two. Deleted a day after it was used last. |
//!
//! All of them are durable, and queues of consumers are quorum queues unless [said otherwise](QueueType). They are declared as they are needed, and
//! again after each connection. What is there with other arguments is an error, and is not changed.
//!
//! **Patterns add up.** The broker keeps those that a consumer has ever asked for, and cannot be asked for them:
//! [`RabbitMq::unbind`] takes one away.
//!
//! **Who listens [alone](crate::transport::Listen::alone)** has a queue with a single active consumer: another one waits until the broker
//! knows that the first has gone, after two heartbeats at most. That is an argument of the queue, so a consumer does so always or
//! never.
//!
//! **Dead letters** can be taken back: move them (with a shovel, or in the management) to the queue of the consumer, and they are
//! delivered under the topic under which they were published.
//!
//! # On the wire
//! CloudEvents in binary mode, with the headers of its binding for AMQP 1.0 (`cloudEvents_id`), which RabbitMQ hands to clients of
//! AMQP 1.0 as application properties; or in [structured mode](ContentMode). Both are read. `content_type` is that of the message, and
//! `message_id`, `type` and `timestamp` are those of the event, for who looks at messages in passing.
//!
//! # Guarantees
//! Beside those of every [transport](crate::transport):
//! - A message is confirmed when all quorum queues that it goes to have it on the disk of most of their nodes.
//! - A message that is rejected, or has to wait, is gone from its queue only when the next one has it, with quorum queues.
//! - A message that is larger than the broker takes ([`max_message_size`]) is refused, and no other is.
//! - The broker does not say that it has heard an acknowledgement. One that was on its way when the connection was lost is forgotten,
//!   and its message comes again.
//! - A pause is not shorter than asked for, and may be twice as long; and it is 24 days at most.
//! - [`attempt`](crate::transport::Incoming::attempt) counts every delivery by a quorum queue, also of messages that the client had
//!   fetched and never handed out when its feed ended. A message that was delivered too often
//!   becomes a dead letter ([`RabbitMqConfig::delivery_limit`]).
//!
//! # Requests
//! - Each is published with a time to live, that of the patience of who asks, and the broker returns it where nobody serves it. The
//!   client logs a warning each time.
//! - Replies come back by [direct reply-to], over the channel of the request. When that ends, whoever waits is told so.
//! - A request is acknowledged once its reply has been sent. If whoever has it dies before, the broker gives it to another one.
//! - No more are under way to one who serves than it [asks for](crate::remote::Serve::at_once).
//!
//! # What it does not do
//! Whoever publishes with another client has to use names and routing keys that are UTF-8, as AMQP asks; this client takes others for
//! a broken connection.
//!
//! [direct reply-to]: https://www.rabbitmq.com/docs/direct-reply-to
//! [`max_message_size`]: https://www.rabbitmq.com/docs/configure#config-items

mod broker;
mod config;
mod connection;
mod delays;
mod error;
mod feed;
mod inlet;
mod kinds;
mod outlet;
mod publisher;
mod remote;
mod settle;
mod topology;
mod wire;

pub use self::{
    broker::RabbitMq,
    config::RabbitMqConfig,
    kinds::{ContentMode, ExchangeKind, QueueType, Unroutable},
};
