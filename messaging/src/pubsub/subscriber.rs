use super::{EventSubscriber, Message, bus::Membership, queue::Queue};
use factum_core::EventEnum;
use futures_util::Stream;
use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The messages of the topics that match a pattern, as a `Stream`. Ends when the bus is shut down or dropped, after what
/// is queued. Dropping it unsubscribes.
#[must_use = "dropping it unsubscribes"]
pub struct Subscriber {
    queue: Arc<Queue>,
    membership: Membership,
}

impl Subscriber {
    pub(super) const fn new(queue: Arc<Queue>, membership: Membership) -> Self {
        Self { queue, membership }
    }

    /// The next message, or how many were missed in between; waits for one. `None` at the end.
    ///
    /// # Cancellation
    /// Safe: no message is lost.
    pub async fn next(&mut self) -> Option<Result<Message, Missed>> {
        poll_fn(|cx| self.queue.poll_take(cx)).await
    }

    /// Only the events of the log that are events of `E`, as Rust types.
    pub fn events<E: EventEnum>(self) -> EventSubscriber<E> {
        EventSubscriber::new(self)
    }

    /// How many messages wait.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Gets no more messages, only those that wait.
    pub fn unsubscribe(&self) {
        self.membership.end();
        self.queue.close();
    }

    pub(super) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    pub(super) const fn membership(&self) -> &Membership {
        &self.membership
    }
}

impl Stream for Subscriber {
    type Item = Result<Message, Missed>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.queue.poll_take(cx)
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.membership.end();
        self.queue.clear();
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("pattern", self.membership.pattern())
            .field("queued", &self.queued())
            .finish_non_exhaustive()
    }
}

/// A subscriber was too slow for what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Missed {
    /// So many messages were dropped here; those that follow are in order.
    #[error("missed {0} messages by being slower than they came")]
    Lagged(u64),
    /// The subscription has ended, as [`Overflow::Disconnect`](super::Overflow::Disconnect) asks.
    #[error("disconnected for being slower than the messages came")]
    Disconnected,
}
