//! The contract of a broker's adapter.
//!
//! A [`Transport`] carries [`CloudEvent`](crate::CloudEvent)s under [topics](crate::topic) to consumers that ask for them by
//! pattern, in this process or in others. What it is asked for, and what it owes, is the same for every broker, so that an
//! application changes its broker in one line; what a broker cannot do, its [`Capabilities`] say.
//!
//! | what | where it is said |
//! |---|---|
//! | what is sent | [`Outgoing`]: a topic, a key, an event |
//! | why it was not | [`PublishError`] |
//! | who listens to what | [`Listen`]: a consumer's name and its patterns |
//! | what comes in | [`Feed`], of [`Incoming`]s, each of which is settled |
//!
//! # Guarantees
//! - **Confirmed.** A message whose result is `Ok` is kept by the broker as safely as the broker keeps anything. Where there are no
//!   confirmations, the transport says so ([`Capabilities::confirms`]).
//! - **At least once.** A message that was not settled is delivered again: to the same consumer, in this process or in another.
//! - **In order by key.** The messages of one key are delivered for the first time in the order in which they were published,
//!   also when one of them had to be published again: nothing of a key is sent while one before it has not been confirmed. A broker may
//!   keep a message until those before it of its key are settled.
//!   What is delivered *again* comes when it comes, and whoever needs the order then keeps it with a
//!   [`Consumer`](crate::consumer).
//!
//! # Implementor's duties
//! - A connection that is lost is made again, with all that was declared over it, and feeds go on; nobody is told but the log.
//!   While there is none, [`Transport::publish`] fails with [`PublishError::Unavailable`], and does not wait for long.
//! - A result is told for each message, in the order of the messages: one that could not be published must not hide another.
//!   [`in_order`] does this, and keeps the order of keys.
//! - A broker that confirms messages before it has saved them is one of which [`Transport::saving`] tells how to know that it has.
//! - Dropping an [`Incoming`] without settling it is as [`Incoming::nack`] without a pause.
//! - The conformance suite for transports in `factum-testkit` passes.

mod capabilities;
mod error;
mod feed;
mod in_order;
#[cfg(feature = "nats")]
mod in_turns;
mod incoming;
mod listen;
mod outgoing;
mod saving;

#[cfg(feature = "google-pubsub")]
pub(crate) use self::in_order::{Away, key_by_key};
#[cfg(feature = "nats")]
pub(crate) use self::in_turns::in_turns;
pub use self::{
    capabilities::Capabilities,
    error::{PublishError, TransportError},
    feed::Feed,
    in_order::in_order,
    incoming::{Incoming, Settle, Settlement},
    listen::{Listen, Since},
    outgoing::Outgoing,
    saving::Saving,
};

use async_trait::async_trait;
use std::{fmt, sync::Arc};

/// An adapter to a broker. See the [module](self) for what it guarantees, and what an implementation owes.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// What it is, for logs and errors: `rabbitmq`.
    fn name(&self) -> &'static str;

    /// What it offers beyond what every transport must.
    fn capabilities(&self) -> Capabilities;

    /// Publishes messages, and waits until the broker has confirmed them. The results are in the order of the messages, one
    /// for each.
    ///
    /// # Cancellation
    /// Each of the messages may have been published or not.
    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>>;

    /// Makes a consumer known to the broker, if it is not, so that what is published from then on is kept for it, and whoever listens
    /// later gets it. By default it listens, and stops again.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be reached, or refuses it.
    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        self.listen(listen).await.map(drop)
    }

    /// Begins to listen: makes the consumer known to the broker, if it is not, so that what is published from then on is kept for
    /// it; and returns what comes in. Several who listen in the name of one consumer share its messages.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be reached, or refuses it.
    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError>;

    /// How it is known what the broker has saved, if it confirms messages earlier than that; `None` if what it confirms is as safe as
    /// it will ever be. A [relay](crate::relay()) asks, and publishes again what the broker may have forgotten.
    fn saving(&self) -> Option<&dyn Saving> {
        None
    }

    /// Ends all feeds, and gives the connection up. What was received and not settled is delivered again to others.
    async fn close(&self);
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        (**self).publish(messages).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        (**self).prepare(listen).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        (**self).listen(listen).await
    }

    fn saving(&self) -> Option<&dyn Saving> {
        (**self).saving()
    }

    async fn close(&self) {
        (**self).close().await;
    }
}
