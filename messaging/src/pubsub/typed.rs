use super::{Message, Missed, Subscriber};
use factum_core::{EventEnum, Recorded, event::DecodeError};
use futures_util::Stream;
use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// The events of `E` among the messages of a [`Subscriber`], as a `Stream`. Other messages are passed over.
#[must_use = "dropping it unsubscribes"]
pub struct EventSubscriber<E> {
    subscriber: Subscriber,
    events: PhantomData<fn() -> E>,
}

impl<E: EventEnum> EventSubscriber<E> {
    pub(super) const fn new(subscriber: Subscriber) -> Self {
        Self { subscriber, events: PhantomData }
    }

    /// The next event; waits for one. `None` at the end.
    ///
    /// # Cancellation
    /// Safe: no event is lost.
    pub async fn next(&mut self) -> Option<Result<Recorded<E>, Unread>> {
        loop {
            let message = self.subscriber.next().await?;
            if let Some(event) = read(message) {
                return Some(event);
            }
        }
    }
}

impl<E: EventEnum> Stream for EventSubscriber<E> {
    type Item = Result<Recorded<E>, Unread>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(message) = ready!(Pin::new(&mut self.subscriber).poll_next(cx)) else {
                return Poll::Ready(None);
            };
            if let Some(event) = read(message) {
                return Poll::Ready(Some(event));
            }
        }
    }
}

/// `None` for what is no event of `E`.
fn read<E: EventEnum>(message: Result<Message, Missed>) -> Option<Result<Recorded<E>, Unread>> {
    match message {
        Ok(message) => message.decode().map_err(Unread::Undecodable).transpose(),
        Err(missed) => Some(Err(missed.into())),
    }
}

impl<E> fmt::Debug for EventSubscriber<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventSubscriber").field(&self.subscriber).finish()
    }
}

/// Why an event did not reach its subscriber.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unread {
    /// The subscriber was too slow.
    #[error(transparent)]
    Missed(#[from] Missed),
    /// Its payload does not fit its type.
    #[error(transparent)]
    Undecodable(DecodeError),
}
