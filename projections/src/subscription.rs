//! Subscriptions: the log, in order, from any position on, or from where it was at some time.

use crate::ahead::Ahead;
use factum_core::{
    Position, Query, RecordedEvent, Selection, StoreError, Timestamp,
    store::{EventReader, EventReaderExt, Page, ReadLog, Watch},
};
use futures_util::future::{BoxFuture, FutureExt as _};
use std::{fmt, sync::Arc, time::Duration};

/// An ordered feed of the events that match a query, or have a topic that matches a pattern. It delivers every one of them
/// exactly once in position order, those that are there and then those that come.
///
/// Wake-ups only make it fast: a feed whose wake-ups are lost still looks every second. While a batch that does not
/// reach the end of the log is used, the next ones are read, and no more than eight.
///
/// ```
/// use factum_core::{Append, EventAppender, EventType, NewEvent, Query, StreamId, TopicPattern};
/// use factum_projections::{Start, Subscription};
/// use factum_store_memory::MemoryStore;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryStore::new();
/// let mut feed = Subscription::open(store.clone(), Query::all(), Start::Beginning).await?;
///
/// let opened = NewEvent::new(StreamId::new("account", "7")?, EventType::from_static("Opened"), "{}");
/// store.append_one(Append::new([opened])).await?;
/// assert_eq!(feed.next().await?.events.len(), 1);
///
/// // By topic: the category, the key and the type of an event.
/// let pattern: TopicPattern = "account.*.Opened".parse()?;
/// let mut opened = Subscription::open(store, pattern, Start::Beginning).await?;
/// assert_eq!(opened.next().await?.events.len(), 1);
/// # Ok(()) }
/// ```
pub struct Subscription {
    store: Arc<dyn EventReader>,
    selection: Selection,
    /// What of the selection the store looks after; the rest is left out here.
    query: Query,
    after: Position,
    watch: Watch,
    limit: usize,
    /// The end of the log when the subscription was opened.
    head: Position,
    /// The pages after `after`, which are being read already; none at the end of the log.
    ahead: Option<Ahead>,
    /// The page after `after`, which has been asked for. It stays when whoever waits for it gives up: with one who looks up from
    /// time to time, a read that takes longer than that would never end.
    asked: Option<BoxFuture<'static, Result<Page<Position>, StoreError>>>,
}

/// Where a subscription begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// At the first event of the log.
    #[default]
    Beginning,
    /// After the last event that is in the log now.
    Now,
    /// After this position, such as that of a checkpoint.
    After(Position),
    /// Where the log was at this time, by when events were recorded: as [`EventReaderExt::position_at`] finds it, which says
    /// what that is where times are not in the order of the log. With a time that has not come, it is the end of the log,
    /// and what is written from then on is delivered, also before that time.
    ///
    /// It is for a consumer that is new. One that has a checkpoint goes on after that.
    At(Timestamp),
}

impl Start {
    /// The position after which it is.
    pub(crate) async fn position(self, store: &Arc<dyn EventReader>) -> Result<Position, StoreError> {
        match self {
            Self::Beginning => Ok(Position::START),
            Self::Now => store.head().await,
            Self::At(time) => store.position_at(time).await,
            Self::After(position) => Ok(position),
        }
    }

    /// The same, in a log that ends here.
    async fn position_before(
        self,
        head: Position,
        store: &Arc<dyn EventReader>,
    ) -> Result<Position, StoreError> {
        match self {
            Self::Now => Ok(head),
            Self::After(position) if position > head => {
                let why = format!("the log ends at position {head}; is it another log, or was it restored?");
                Err(StoreError::incompatible(format!("subscribing after position {position}"), why))
            }
            _ => self.position(store).await,
        }
    }

    /// The same; refused beyond the end of the log.
    pub(crate) async fn position_within(self, store: &Arc<dyn EventReader>) -> Result<Position, StoreError> {
        self.position_before(store.head().await?, store).await
    }
}

/// Consecutive events of a subscription.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Batch {
    /// The events, in position order. There may be none, when the log has grown by events that do not match.
    pub events: Vec<RecordedEvent>,
    /// Everything that matches up to here is in this batch or in those before it: what a consumer keeps as its
    /// checkpoint.
    pub through: Position,
    /// Whether the end of the log was reached.
    pub caught_up: bool,
}

/// How long a subscription relies on being woken.
const LOOK_ANYWAY: Duration = Duration::from_secs(1);

impl Subscription {
    /// Subscribes to the events of `store` that are selected: by a [`Query`], by a [`TopicPattern`], by several, or by both
    /// ([`Selection`]).
    ///
    /// The store leaves out what it can, by the categories and the types that patterns name, and the rest is left out here:
    /// a subscription to `#.Paid` reads the whole log.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read, or a pattern can match no event; or when `start` is beyond the end of the log
    /// ([`StoreError::is_incompatible`]): then the position belongs to another log, or this log was restored to an earlier
    /// state.
    ///
    /// [`TopicPattern`]: factum_core::TopicPattern
    pub async fn open(
        store: impl EventReader,
        events: impl Into<Selection>,
        start: Start,
    ) -> Result<Self, StoreError> {
        let store: Arc<dyn EventReader> = Arc::new(store);
        let selection = events.into();
        let query = selection.query()?;
        // Before the first read, so that nothing can be appended unnoticed in between.
        let watch = store.watch();
        let head = store.head().await?;
        let after = start.position_before(head, &store).await?;
        Ok(Self { store, selection, query, after, watch, limit: 1_000, head, ahead: None, asked: None })
    }

    /// With at most `limit` events in a batch, 1,000 by default.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        (self.ahead, self.asked) = (None, None);
        self
    }

    /// The next events; waits until there are some.
    ///
    /// # Cancellation
    /// Safe: a batch that was not returned is returned by the next call.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read; the next call tries again from the same place.
    pub async fn next(&mut self) -> Result<Batch, StoreError> {
        loop {
            if let Some(batch) = self.more().await? {
                return Ok(batch);
            }
            tokio::select! {
                true = self.watch.changed() => {}
                () = tokio::time::sleep(LOOK_ANYWAY) => {}
            }
        }
    }

    /// The next events, if there are any by now.
    ///
    /// # Cancellation
    /// Safe, like [`Subscription::next`].
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read; the next call tries again from the same place.
    pub async fn more(&mut self) -> Result<Option<Batch>, StoreError> {
        let mut page = self.page().await?;
        if page.through <= self.after {
            return Ok(None);
        }
        self.after = page.through;
        if page.done {
            self.ahead = None;
        } else if self.ahead.is_none() {
            self.ahead = Some(Ahead::read(Arc::clone(&self.store), self.request(), self.head));
        }
        page.events.retain(|event| self.selection.has_topic_of(event));
        Ok(Some(Batch { events: page.events, through: page.through, caught_up: page.done }))
    }

    async fn page(&mut self) -> Result<Page<Position>, StoreError> {
        if let Some(ahead) = &mut self.ahead {
            match ahead.page().await {
                Some(page) => return page,
                None => self.ahead = None,
            }
        }
        let asked = match self.asked.take() {
            Some(asked) => asked,
            None => {
                let (store, request) = (Arc::clone(&self.store), self.request());
                async move { store.read_log(request).await }.boxed()
            }
        };
        let page = self.asked.insert(asked).await;
        self.asked = None;
        page
    }

    fn request(&self) -> ReadLog {
        ReadLog::new(self.query.clone()).after(self.after).limit(self.limit)
    }

    /// Everything that matches up to here has been delivered.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.after
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("selection", &self.selection)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}
