use std::num::NonZeroUsize;

/// How a subscriber is served.
///
/// ```
/// use factum_messaging::{Overflow, PubSub, SubscribeOptions};
///
/// let few = SubscribeOptions::new().capacity(16).overflow(Overflow::Disconnect);
/// let seats = PubSub::new().subscribe_with("seat.#".parse()?, few);
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct SubscribeOptions {
    /// How many messages may wait for the subscriber.
    pub capacity: NonZeroUsize,
    /// What happens when one more comes.
    pub overflow: Overflow,
    /// What happens when a handler panics. Does not concern a [`Subscriber`](super::Subscriber).
    pub on_panic: OnPanic,
}

impl SubscribeOptions {
    /// 1,024 messages, [`Overflow::DropOldest`], [`OnPanic::Continue`].
    pub const fn new() -> Self {
        const CAPACITY: NonZeroUsize = NonZeroUsize::new(1_024).expect("1,024 is not 0");
        Self { capacity: CAPACITY, overflow: Overflow::DropOldest, on_panic: OnPanic::Continue }
    }

    /// At most `messages` wait; 0 is taken for 1.
    pub const fn capacity(mut self, messages: usize) -> Self {
        self.capacity = match NonZeroUsize::new(messages) {
            Some(messages) => messages,
            None => NonZeroUsize::MIN,
        };
        self
    }

    /// When one more comes, do this.
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// When the handler panics, do this.
    pub const fn on_panic(mut self, on_panic: OnPanic) -> Self {
        self.on_panic = on_panic;
        self
    }
}

impl Default for SubscribeOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// What happens to a message whose subscriber has a full queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// The oldest message in the queue makes room. The subscriber is told how many it has missed
    /// ([`Missed::Lagged`](super::Missed::Lagged)) before it gets those that follow them.
    #[default]
    DropOldest,
    /// The subscription ends. The subscriber gets what is in the queue, and then
    /// [`Missed::Disconnected`](super::Missed::Disconnected). For those to whom half of the messages are worse than none.
    Disconnect,
    /// The publisher waits until there is room, after everybody else has got the message. Nothing is missed, and a
    /// subscriber that never goes on stops whoever publishes to it, so it must not publish to itself.
    Wait,
}

/// What becomes of a handler that has panicked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnPanic {
    /// It gets the next message. The one that it failed at is not tried again.
    #[default]
    Continue,
    /// It gets no more.
    Stop,
}
