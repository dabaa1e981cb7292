use super::{
    Handler, Message, Stats, SubscribeOptions, Subscriber, handler, index::Index, queue::Queue,
    stats::Counters,
};
use crate::{Topic, TopicPattern};
use futures_util::future::join_all;
use std::{
    any::Any,
    fmt,
    future::Future,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak},
};
use tokio_util::task::TaskTracker;

/// A bus between the tasks of one process: what is published under a topic gets to everybody who has asked for it.
/// Cheap to clone; all clones are one bus. See the [module](super).
///
/// ```
/// use factum_messaging::{Missed, PubSub, SubscribeOptions};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bus = PubSub::new();
/// let mut slow = bus.subscribe_with("seat.#".parse()?, SubscribeOptions::new().capacity(2));
///
/// for seat in 1..=3_u32 {
///     // It is put into one queue, whose oldest message makes room if there is none.
///     assert_eq!(bus.publish("seat.taken".parse()?, seat).await, 1);
/// }
/// assert_eq!(slow.next().await.expect("the bus is open").unwrap_err(), Missed::Lagged(1));
/// assert_eq!(slow.next().await.expect("the bus is open")?.get::<u32>(), Some(&2));
/// assert_eq!(bus.stats().missed, 1);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct PubSub {
    shared: Arc<Shared>,
}

struct Shared {
    routes: RwLock<Routes>,
    counters: Arc<Counters>,
    /// The handlers.
    tasks: TaskTracker,
}

struct Routes {
    index: Index<Arc<Queue>>,
    next: u64,
    is_open: bool,
}

impl PubSub {
    /// A bus without subscribers.
    #[must_use]
    pub fn new() -> Self {
        let routes = Routes { index: Index::new(), next: 0, is_open: true };
        let shared =
            Shared { routes: RwLock::new(routes), counters: Arc::default(), tasks: TaskTracker::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Subscribes to the topics that match `pattern`, from now on.
    ///
    /// On a bus that was shut down, it has ended already.
    pub fn subscribe(&self, pattern: TopicPattern) -> Subscriber {
        self.subscribe_with(pattern, SubscribeOptions::new())
    }

    /// The same, with a queue of another size or another [`Overflow`](super::Overflow).
    pub fn subscribe_with(&self, pattern: TopicPattern, options: SubscribeOptions) -> Subscriber {
        let queue = Arc::new(Queue::new(options, Arc::clone(&self.shared.counters)));
        let mut routes = self.shared.write();
        let id = routes.next;
        if routes.is_open {
            routes.next += 1;
            routes.index.insert(&pattern, id, Arc::clone(&queue));
        } else {
            queue.close();
        }
        Subscriber::new(queue, Membership { bus: Arc::downgrade(&self.shared), pattern, id })
    }

    /// Has `handle` called for every message whose topic matches `pattern`, one after the other, on a task of its own.
    ///
    /// It goes on until the bus is shut down or dropped, or until it is [stopped](Handler::stop); dropping what is
    /// returned does not end it. A handler that has a clone of the bus, to publish, keeps it from being dropped.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn on<F, R>(&self, pattern: TopicPattern, handle: F) -> Handler
    where
        F: FnMut(Message) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.on_with(pattern, SubscribeOptions::new(), handle)
    }

    /// The same, with a queue of another size, another [`Overflow`](super::Overflow) or
    /// [`OnPanic`](super::OnPanic).
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn on_with<F, R>(&self, pattern: TopicPattern, options: SubscribeOptions, handle: F) -> Handler
    where
        F: FnMut(Message) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let subscriber = self.subscribe_with(pattern, options);
        let (handler, task) =
            handler::new(subscriber, options.on_panic, Arc::clone(&self.shared.counters), handle);
        self.shared.tasks.spawn(task);
        handler
    }

    /// Publishes `payload` under `topic`. Returns into how many queues it was put; what is done with it there, the
    /// publisher does not learn.
    ///
    /// Waits only for subscribers with [`Overflow::Wait`](super::Overflow::Wait). Does nothing on a bus that was shut
    /// down.
    ///
    /// # Cancellation
    /// Dropping the future while it waits takes the message from those that are waited for; the others have it.
    pub async fn publish<T: Any + Send + Sync>(&self, topic: Topic, payload: T) -> usize {
        self.send(Message::new(topic, payload)).await
    }

    /// Publishes a message that was published before, or somewhere else. Otherwise as [`PubSub::publish`].
    pub async fn send(&self, message: Message) -> usize {
        // Publishing need not wait for anything, and a task that did nothing else would never let the subscribers of its
        // thread run.
        tokio::task::coop::consume_budget().await;
        let queues: Vec<_> = {
            let routes = self.shared.read();
            if !routes.is_open {
                return 0;
            }
            self.shared.counters.count_published();
            routes.index.matching(message.topic()).cloned().collect()
        };
        let (waited_for, others): (Vec<_>, Vec<_>) = queues.iter().partition(|queue| queue.may_wait());
        let put = others.into_iter().filter(|queue| queue.put(message.clone())).count();
        let waiting = waited_for.into_iter().map(|queue| queue.put_when_there_is_room(message.clone()));
        put + join_all(waiting).await.into_iter().filter(|put| *put).count()
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.counters.stats(self.shared.read().index.len())
    }

    /// Takes no more messages, lets handlers finish those that are queued, and waits for them. Subscribers end after
    /// what is queued for them. Calling it again waits too.
    ///
    /// A handler that calls it waits for itself.
    pub async fn shutdown(&self) {
        self.shared.close();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

impl Default for PubSub {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for PubSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PubSub").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

impl Shared {
    fn close(&self) {
        let queues = {
            let mut routes = self.write();
            routes.is_open = false;
            routes.index.clear()
        };
        for queue in queues {
            queue.close();
        }
    }

    /// No code of others runs under the lock, so a panic cannot leave half a change behind.
    fn read(&self) -> RwLockReadGuard<'_, Routes> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Routes> {
        self.routes.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}

/// The place of a subscriber in its bus.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    bus: Weak<Shared>,
    pattern: TopicPattern,
    id: u64,
}

impl Membership {
    pub(super) const fn pattern(&self) -> &TopicPattern {
        &self.pattern
    }

    /// Takes the subscriber out. Doing it again does nothing.
    pub(super) fn end(&self) {
        if let Some(bus) = self.bus.upgrade() {
            // The lock is let go of before the queue is, with which messages may be dropped.
            let removed = bus.write().index.remove(&self.pattern, self.id);
            drop(removed);
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
