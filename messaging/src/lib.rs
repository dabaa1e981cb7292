//! Messages between the tasks of a process, and between services: topics, the outbox relay, consumers, brokers, webhooks, browsers,
//! and remote commands.
//!
//! | module | what it is |
//! |---|---|
//! | [`topic`] | [`Topic`] and [`TopicPattern`]: the words that every transport understands; of `factum-core` |
//! | [`pubsub`] | [`PubSub`]: messages between the tasks of one process |
//! | [`log`] | [`publish_log`]: what is committed to the log is published |
//! | [`transport`] | [`Transport`]: what is asked of the adapter of a broker |
//! | [`local`] | [`LocalBroker`]: a broker in this process |
//! | [`connect`](mod@connect) | [`connect`](connect()): a broker by its URL |
//! | `google_pubsub` | Google Cloud Pub/Sub; with the feature `google-pubsub` |
//! | `kafka` | Kafka; with the feature of this name |
//! | `mqtt` | MQTT 5; with the feature of this name |
//! | `nats` | NATS `JetStream`; with the feature of this name |
//! | `rabbitmq` | `RabbitMq`: over RabbitMQ; feature `rabbitmq` |
//! | [`relay`](mod@relay) | [`relay`](relay()): the log is published by a broker, in order, and nothing of it is lost |
//! | [`consumer`] | [`at_most_once`], [`at_least_once`], [`effectively_once`], [`into_log`]: what is done with a broker's messages |
//! | [`remote`] | [`Remote`]: commands and questions to an application elsewhere |
//! | [`catalogue`] | what is published, as an AsyncAPI document and as Markdown |
//! | [`cloud_event`] | [`CloudEvent`]: events as other systems know them |
//! | `browser` | the log for browsers: server-sent events and WebSocket; with the feature `browser` |
//! | `webhook` | signed messages to the endpoints of others, and from them; with the features `webhook` and `webhook-axum` |
//!
//! ```
//! use factum_messaging::{PubSub, Topic};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bus = PubSub::new();
//! let mut paid = bus.subscribe("order.*.paid".parse()?);
//! bus.on("order.#".parse()?, |message| async move { println!("{}", message.topic()) });
//!
//! bus.publish("order.7.paid".parse()?, 30_u64).await;
//! bus.publish("order.7.shipped".parse()?, ()).await;
//!
//! let message = paid.next().await.expect("the bus is open")?;
//! assert_eq!(message.topic().as_str(), "order.7.paid");
//! assert_eq!(message.get::<u64>(), Some(&30));
//!
//! bus.shutdown().await;
//! assert!(paid.next().await.is_none());
//! # Ok(()) }
//! ```
//!
//! # Delivery
//! What goes through a broker is published at least once, and handled as its [`consumer`] says. What a [`PubSub`] carries is there
//! **at most once**: a message that is published while nobody listens is gone, and so is what a subscriber is too slow
//! for, and everything that is queued when the process ends. That suits whatever may be missed: pushing to a browser,
//! emptying a cache, waking a task. What may not be missed follows the log itself, with a `Subscription` or a
//! projection of `factum-projections`, which keep their place.

#[cfg(feature = "browser")]
pub mod browser;
pub mod catalogue;
pub mod cloud_event;
pub mod connect;
pub mod consumer;
#[cfg(feature = "google-pubsub")]
pub mod google_pubsub;
#[cfg(any(feature = "webhook", feature = "google-pubsub"))]
mod https;
#[cfg(feature = "kafka")]
pub mod kafka;
pub mod local;
pub mod log;
#[cfg(feature = "mqtt")]
pub mod mqtt;
#[cfg(feature = "nats")]
pub mod nats;
#[cfg(any(feature = "browser", feature = "webhook-axum"))]
mod problem;
pub mod pubsub;
#[cfg(feature = "rabbitmq")]
pub mod rabbitmq;
pub mod relay;
pub mod remote;
pub mod transport;
#[cfg(feature = "webhook")]
pub mod webhook;

#[doc(inline)]
pub use self::{
    cloud_event::CloudEvent,
    connect::{Connect, ConnectError, connect},
    consumer::{ConsumeExt, at_least_once, at_most_once, effectively_once, into_log},
    local::LocalBroker,
    log::{PublishLog, PublishedLog, publish_log},
    pubsub::{Handler, Message, Missed, OnPanic, Overflow, PubSub, SubscribeOptions, Subscriber},
    relay::{Publish, relay},
    remote::{Remote, RemoteError, RemoteQuery, Server},
    transport::{Transport, TransportError},
};
#[doc(inline)]
pub use factum_core::topic::{self, Topic, TopicPattern};
