//! Publish and subscribe: messages under topics, and subscribers that ask for them by pattern.
//!
//! | module | what it is |
//! |---|---|
//! | [`topic`] | [`Topic`] and [`TopicPattern`]: the words that every transport understands; of `factum-core` |
//! | [`pubsub`] | [`PubSub`]: messages between the tasks of one process |
//! | [`log`] | [`publish_log`]: what is committed to the log is published |
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
//! **At most once.** A message that is published while nobody listens is gone, and so is what a subscriber is too slow
//! for, and everything that is queued when the process ends. That suits whatever may be missed: pushing to a browser,
//! emptying a cache, waking a task. What may not be missed follows the log itself, with a `Subscription` or a
//! projection of `factum-projections`, which keep their place.

pub mod log;
pub mod pubsub;

#[doc(inline)]
pub use self::{
    log::{PublishLog, PublishedLog, publish_log},
    pubsub::{Handler, Message, Missed, OnPanic, Overflow, PubSub, SubscribeOptions, Subscriber},
};
#[doc(inline)]
pub use factum_core::topic::{self, Topic, TopicPattern};
