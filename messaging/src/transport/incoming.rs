use super::TransportError;
use crate::{CloudEvent, Topic};
use async_trait::async_trait;
use std::{fmt, time::Duration};

/// A message that has come in.
///
/// It is to be settled: [acknowledged](Self::ack), [given back](Self::nack), or [rejected](Self::reject). One that is dropped
/// instead, by a panic for example, is given back.
#[must_use = "what is not settled is delivered again"]
pub struct Incoming {
    /// Under which topic it was published.
    pub topic: Topic,
    /// The message.
    pub event: CloudEvent,
    /// How often it has been delivered, this time included, as far as the broker says: at least 2 if it says that it was delivered
    /// before.
    pub attempt: u32,
    settle: Option<Box<dyn Settle>>,
}

/// What has become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settlement {
    /// It has been handled, and is not delivered any more.
    Acknowledged,
    /// It is to be delivered again, after a pause where the broker can wait.
    Again(Duration),
    /// It is not to be delivered any more, and is kept as a dead letter where the broker can do that.
    Rejected,
}

/// How a transport is told what has become of a message.
#[async_trait]
pub trait Settle: Send + Sync {
    /// Tells the broker. It knows when this returns, or as soon as the transport can tell it.
    ///
    /// # Errors
    /// [`TransportError`] when the broker could not be told; it may deliver the message again.
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError>;

    /// Gives the message back without waiting, because it was dropped.
    fn dropped(self: Box<Self>);
}

impl Incoming {
    /// One that has come in under `topic` for the `attempt`th time.
    pub fn new(topic: Topic, event: CloudEvent, attempt: u32, settle: impl Settle + 'static) -> Self {
        Self { topic, event, attempt: attempt.max(1), settle: Some(Box::new(settle)) }
    }

    /// Says that it has been handled, so that it is not delivered any more.
    ///
    /// # Errors
    /// [`TransportError`] when the broker could not be told; it may deliver the message again.
    pub async fn ack(self) -> Result<(), TransportError> {
        self.settle(Settlement::Acknowledged).await
    }

    /// Has it delivered again, after `pause` where the broker can wait ([`Capabilities::delays`](super::Capabilities::delays)),
    /// and otherwise soon.
    ///
    /// # Errors
    /// [`TransportError`] when the broker could not be told; it delivers the message again all the same, though perhaps later.
    pub async fn nack(self, pause: Duration) -> Result<(), TransportError> {
        self.settle(Settlement::Again(pause)).await
    }

    /// Has it kept as a dead letter where the broker can do that
    /// ([`Capabilities::dead_letters`](super::Capabilities::dead_letters)); otherwise it is gone.
    ///
    /// # Errors
    /// [`TransportError`] when the broker could not be told; it may deliver the message again.
    pub async fn reject(self) -> Result<(), TransportError> {
        self.settle(Settlement::Rejected).await
    }

    async fn settle(mut self, settlement: Settlement) -> Result<(), TransportError> {
        let settle = self.settle.take().expect("it is there until it is settled, which consumes the message");
        settle.settle(settlement).await
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Some(settle) = self.settle.take() {
            settle.dropped();
        }
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, event, attempt, .. } = self;
        f.debug_struct("Incoming")
            .field("topic", topic)
            .field("event", event)
            .field("attempt", attempt)
            .finish_non_exhaustive()
    }
}
