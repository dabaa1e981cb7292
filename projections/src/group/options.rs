use super::{Member, duty::Pull};
use crate::subscription::Start;
use factum_core::{ConsumerName, LeaseStore, Selection, StoreError, store::EventReader};
use std::{num::NonZeroU16, sync::Arc, time::Duration};

/// A consumer group: its name, which events it gets, and how a member takes part. See the [module](super).
///
/// ```
/// use factum_core::{Append, ConsumerName, EventAppender, EventType, NewEvent, StreamId, TopicPattern};
/// use factum_projections::ConsumerGroup;
/// use factum_store_memory::MemoryStore;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryStore::new();
/// let paid: TopicPattern = "order.*.Paid".parse()?;
/// let member = ConsumerGroup::new(ConsumerName::new("billing")?, paid).join(store.clone()).await?;
///
/// let event = NewEvent::new(StreamId::new("order", "7")?, EventType::from_static("Paid"), "{}");
/// store.append_one(Append::new([event])).await?;
///
/// # let mut left = 1;
/// while let Some(delivery) = member.next().await? {
///     for event in delivery.events() {
///         println!("{} was paid", event.stream);
///     }
///     delivery.ack().await?;
/// #   left -= 1;
/// #   if left == 0 { member.close().await; }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is delivered until somebody joins it"]
pub struct ConsumerGroup {
    pub(super) consumer: ConsumerName,
    pub(super) selection: Selection,
    pub(super) partitions: NonZeroU16,
    pub(super) start: Start,
    pub(super) lease: Duration,
    pub(super) limit: usize,
    pub(super) unacknowledged: usize,
}

impl ConsumerGroup {
    /// The group `name`, which gets the events that are selected: by a [`Query`](factum_core::Query), by a
    /// [`TopicPattern`](factum_core::TopicPattern), by several, or by both ([`Selection`]). All members must select the same.
    ///
    /// Whoever uses the same name continues its work, so it must not be the name of another consumer. A projection's is its
    /// name and its version, such as `balances_v1`.
    pub fn new(name: ConsumerName, events: impl Into<Selection>) -> Self {
        Self {
            consumer: name,
            selection: events.into(),
            partitions: NonZeroU16::new(8).expect("8 is not 0"),
            start: Start::Beginning,
            lease: Duration::from_secs(5),
            limit: 100,
            unacknowledged: 16,
        }
    }

    /// Parts the events into so many partitions, by their streams; 8 by default.
    ///
    /// The number is kept with the group's checkpoints and cannot change afterwards. It bounds how many members can have
    /// something to do; a few times as many as there will be is a good number. With one, all events come in the order of the
    /// log.
    ///
    /// # Panics
    /// With 0.
    pub const fn partitions(mut self, partitions: u16) -> Self {
        self.partitions = NonZeroU16::new(partitions).expect("at least one partition");
        self
    }

    /// Where the group begins if it is new, by default at the first event of the log. The first member that ever joins
    /// decides; afterwards the group goes on where it was.
    pub const fn from(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// For how long a partition stays with a member that says nothing, by the clock of the store; 5 s by default. A member that
    /// was killed is replaced after that time. While a process lives, its members say in a fifth of it that they are there,
    /// however long their deliveries take.
    pub const fn lease(mut self, time: Duration) -> Self {
        self.lease = time;
        self
    }

    /// With at most so many events in a delivery, at least one; 100 by default.
    pub const fn limit(mut self, events: usize) -> Self {
        self.limit = if events == 0 { 1 } else { events };
        self
    }

    /// With at most so many deliveries that the member has pulled and not acknowledged, at least one; 16 by default. There is
    /// never more than one of each partition.
    pub const fn unacknowledged(mut self, deliveries: usize) -> Self {
        self.unacknowledged = if deliveries == 0 { 1 } else { deliveries };
        self
    }

    /// Takes part in the group, whose checkpoints live beside the log in `store`. Once it has joined, the group has begun: what
    /// is appended from then on is delivered, also if it [begins](Self::from) at [`Start::Now`].
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be reached; when a pattern can match no event; and when the group has another number of
    /// partitions, or would begin beyond the end of the log ([`StoreError::is_incompatible`]).
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn join<S: EventReader + LeaseStore + Clone>(&self, store: S) -> Result<Member, StoreError> {
        self.join_in(store.clone(), store).await
    }

    /// The same, with checkpoints that live in another database than the log.
    ///
    /// # Errors
    /// As for [`ConsumerGroup::join`].
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn join_in(
        &self,
        checkpoints: impl LeaseStore,
        log: impl EventReader,
    ) -> Result<Member, StoreError> {
        self.selection.query()?.check()?;
        let (pull, offers) = Pull::new(self, Arc::new(checkpoints), Arc::new(log));
        Member::join(self, pull, offers).await
    }
}
