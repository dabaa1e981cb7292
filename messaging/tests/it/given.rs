//! A store, and a gate at which a handler waits until the test lets it go on.

use factum::{Append, EventAppender, EventType, NewEvent, Receipt, StreamId};
use factum_messaging::{Message, Missed, Subscriber};
use futures_util::FutureExt;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::sync::{Semaphore, mpsc};

/// Bounds how long a test that has failed hangs; one that passes never comes near.
pub(crate) async fn soon<F: Future>(answer: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(10), answer).await.expect("an answer")
}

/// The next item, which has to come.
pub(crate) async fn next(subscriber: &mut Subscriber) -> Result<Message, Missed> {
    soon(subscriber.next()).await.expect("not the end")
}

/// The numbers that are there now: those of the messages, and what was missed in between.
pub(crate) fn queued(subscriber: &mut Subscriber) -> Vec<Result<u64, Missed>> {
    std::iter::from_fn(|| subscriber.next().now_or_never().flatten())
        .map(|item| item.map(|message| *message.get::<u64>().unwrap()))
        .collect()
}

/// Where a handler waits at every message.
#[derive(Clone)]
pub(crate) struct Gate {
    reached: mpsc::UnboundedSender<u64>,
    open: Arc<Semaphore>,
}

/// The test's side of a [`Gate`].
pub(crate) struct Held {
    reached: mpsc::UnboundedReceiver<u64>,
    open: Arc<Semaphore>,
}

pub(crate) fn gate() -> (Gate, Held) {
    let (reached, seen) = mpsc::unbounded_channel();
    let open = Arc::new(Semaphore::new(0));
    (Gate { reached, open: Arc::clone(&open) }, Held { reached: seen, open })
}

impl Gate {
    pub(crate) async fn pass(&self, message: &Message) {
        let _ = self.reached.send(*message.get().unwrap());
        self.open.acquire().await.unwrap().forget();
    }
}

impl Held {
    /// Waits until a message has come to the gate.
    pub(crate) async fn reached(&mut self) -> u64 {
        soon(self.reached.recv()).await.expect("the handler is there")
    }

    /// Lets so many messages through.
    pub(crate) fn open(&self, messages: usize) {
        self.open.add_permits(messages);
    }
}

pub(crate) fn event(stream: &str, event_type: &str, payload: &'static str) -> NewEvent {
    let stream: StreamId = stream.parse().unwrap();
    NewEvent::new(stream, EventType::new(event_type).unwrap(), payload)
}

pub(crate) async fn append(
    store: &impl EventAppender,
    events: impl IntoIterator<Item = NewEvent>,
) -> Receipt {
    store.append_one(Append::new(events)).await.unwrap()
}
