use super::{Message, Missed, OnPanic, Subscriber, bus::Membership, queue::Queue, stats::Counters};
use futures_util::FutureExt;
use std::{
    any::Any,
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use tokio::sync::watch;

/// A handler that runs on a bus. Dropping this does not end it.
#[derive(Clone)]
pub struct Handler {
    membership: Membership,
    queue: Arc<Queue>,
    tally: Arc<Tally>,
    /// Its sender is gone when the handler has ended.
    running: watch::Receiver<()>,
}

/// What a handler has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerStats {
    /// Messages that it has come to the end of.
    pub handled: u64,
    /// Messages that it has panicked at.
    pub panicked: u64,
    /// Messages that it has missed because it was too slow.
    pub missed: u64,
}

#[derive(Debug, Default)]
struct Tally {
    handled: AtomicU64,
    panicked: AtomicU64,
    missed: AtomicU64,
}

impl Handler {
    /// Gets no more messages, only those that are queued.
    pub fn unsubscribe(&self) {
        self.membership.end();
        self.queue.close();
    }

    /// Unsubscribes, and waits until what is queued is handled.
    pub async fn stop(&self) {
        self.unsubscribe();
        self.ended().await;
    }

    /// Waits until it has ended: stopped, disconnected, or with its bus.
    pub async fn ended(&self) {
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }

    /// Whether it still gets messages.
    #[must_use]
    pub fn is_subscribed(&self) -> bool {
        self.queue.is_open()
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> HandlerStats {
        HandlerStats {
            handled: self.tally.handled.load(Relaxed),
            panicked: self.tally.panicked.load(Relaxed),
            missed: self.tally.missed.load(Relaxed),
        }
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler")
            .field("pattern", self.membership.pattern())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// A handler and the task that it is.
pub(super) fn new<F, R>(
    mut subscriber: Subscriber,
    on_panic: OnPanic,
    counters: Arc<Counters>,
    mut handle: F,
) -> (Handler, impl Future<Output = ()> + Send + 'static)
where
    F: FnMut(Message) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let (alive, running) = watch::channel(());
    let tally = Arc::new(Tally::default());
    let handler = Handler {
        membership: subscriber.membership().clone(),
        queue: Arc::clone(subscriber.queue()),
        tally: Arc::clone(&tally),
        running,
    };
    let task = async move {
        while let Some(message) = subscriber.next().await {
            tokio::task::coop::consume_budget().await;
            let message = match message {
                Ok(message) => message,
                Err(missed) => {
                    tally.count_missed(missed, subscriber.membership());
                    continue;
                }
            };
            let topic = message.topic().clone();
            // The call is inside, since it can panic as well as what it returns.
            match AssertUnwindSafe(async { handle(message).await }).catch_unwind().await {
                Ok(()) => drop(tally.handled.fetch_add(1, Relaxed)),
                Err(panic) => {
                    tally.panicked.fetch_add(1, Relaxed);
                    counters.count_panicked();
                    let pattern = subscriber.membership().pattern();
                    let stops = on_panic == OnPanic::Stop;
                    tracing::error!(%pattern, %topic, panic = what(&*panic), stops, "handler has panicked");
                    if stops {
                        break;
                    }
                }
            }
        }
        // After the end of the subscription, so that who waits for the handler finds both ended.
        drop(subscriber);
        drop(alive);
    };
    (handler, task)
}

impl Tally {
    fn count_missed(&self, missed: Missed, membership: &Membership) {
        let pattern = membership.pattern();
        match missed {
            Missed::Lagged(messages) => {
                self.missed.fetch_add(messages, Relaxed);
                tracing::warn!(%pattern, messages, "handler was too slow and has missed messages");
            }
            Missed::Disconnected => {
                self.missed.fetch_add(1, Relaxed);
                tracing::error!(%pattern, "handler was too slow and was disconnected");
            }
        }
    }
}

fn what(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
