use super::{Capabilities, StoreError, Watch};
use crate::{Category, EventId, LogId, Position, Query, RecordedEvent, StreamId, StreamVersion, limits};
use async_trait::async_trait;
use std::num::NonZeroUsize;

/// The read side of a store. See the [module](super) for what every store guarantees.
///
/// Reads come in pages of bounded size, so that no read holds a transaction or a connection open while its caller
/// thinks.
/// [`EventReaderExt`](super::EventReaderExt) turns pages into a `Stream`.
#[async_trait]
pub trait EventReader: Send + Sync + 'static {
    /// Which log this is.
    fn log_id(&self) -> LogId;

    /// What the store offers beyond what every store must.
    fn capabilities(&self) -> Capabilities;

    /// Reads one page of a stream. A stream without events gives an empty page.
    ///
    /// # Guarantees
    /// Events come in version order (or its reverse) without gaps.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError>;

    /// Reads one page of the log.
    ///
    /// # Guarantees
    /// Events come in position order (or its reverse). Everything that matches up to [`Page::through`] is in this
    /// page or in those before it.
    ///
    /// # Implementor's duties
    /// Never let a page run past a position below which an event may still appear.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError>;

    /// The last position up to which the log can be read, [`Position::START`] if it is empty.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn head(&self) -> Result<Position, StoreError>;

    /// Where the events with these ids are, at the same index; `None` for those that are not in the log.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError>;

    /// Lists streams with their versions, a page at a time.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError>;

    /// Wake-ups for when the log may have grown, by this process or another.
    fn watch(&self) -> Watch;
}

/// In which order to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    #[default]
    Forward,
    /// Newest first.
    Backward,
}

/// A page of a stream: the events with `after < version < before`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadStream {
    /// The stream.
    pub stream: StreamId,
    /// Only events after this version.
    pub after: StreamVersion,
    /// Only events before this version.
    pub before: Option<StreamVersion>,
    /// In which order.
    pub direction: Direction,
    /// At most so many events.
    pub limit: NonZeroUsize,
}

impl ReadStream {
    /// The whole stream, oldest first, in pages of 1,000.
    #[must_use]
    pub const fn new(stream: StreamId) -> Self {
        Self {
            stream,
            after: StreamVersion::EMPTY,
            before: None,
            direction: Direction::Forward,
            limit: DEFAULT_LIMIT,
        }
    }

    /// Only events after `version`.
    #[must_use]
    pub const fn after(mut self, version: StreamVersion) -> Self {
        self.after = version;
        self
    }

    /// Only events before `version`.
    #[must_use]
    pub const fn before(mut self, version: StreamVersion) -> Self {
        self.before = Some(version);
        self
    }

    /// Newest first.
    #[must_use]
    pub const fn backward(mut self) -> Self {
        self.direction = Direction::Backward;
        self
    }

    /// At most `limit` events, 1 to [`limits::PAGE_EVENTS`]; other values are moved there.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = bounded(limit);
        self
    }

    /// The request for the page after `page`, or `None` if that was the last one.
    #[must_use]
    pub fn following(mut self, page: &Page<StreamVersion>) -> Option<Self> {
        match self.direction {
            _ if page.done => return None,
            Direction::Forward => self.after = page.through,
            Direction::Backward => self.before = Some(page.through),
        }
        Some(self)
    }
}

/// A page of the log: the events with `after < position < before` that match `query`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadLog {
    /// Which events.
    pub query: Query,
    /// Only events after this position.
    pub after: Position,
    /// Only events before this position.
    pub before: Option<Position>,
    /// In which order.
    pub direction: Direction,
    /// At most so many events.
    pub limit: NonZeroUsize,
}

impl ReadLog {
    /// All events that match, oldest first, in pages of 1,000.
    #[must_use]
    pub const fn new(query: Query) -> Self {
        Self {
            query,
            after: Position::START,
            before: None,
            direction: Direction::Forward,
            limit: DEFAULT_LIMIT,
        }
    }

    /// Only events after `position`.
    #[must_use]
    pub const fn after(mut self, position: Position) -> Self {
        self.after = position;
        self
    }

    /// Only events before `position`.
    #[must_use]
    pub const fn before(mut self, position: Position) -> Self {
        self.before = Some(position);
        self
    }

    /// Newest first.
    #[must_use]
    pub const fn backward(mut self) -> Self {
        self.direction = Direction::Backward;
        self
    }

    /// At most `limit` events, 1 to [`limits::PAGE_EVENTS`]; other values are moved there.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = bounded(limit);
        self
    }

    /// The request for the page after `page`, or `None` if that was the last one.
    #[must_use]
    pub fn following(mut self, page: &Page<Position>) -> Option<Self> {
        match self.direction {
            _ if page.done => return None,
            Direction::Forward => self.after = page.through,
            Direction::Backward => self.before = Some(page.through),
        }
        Some(self)
    }
}

const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(1_000).expect("1,000 is not 0");

const fn bounded(limit: usize) -> NonZeroUsize {
    let limit = if limit > limits::PAGE_EVENTS { limits::PAGE_EVENTS } else { limit };
    match NonZeroUsize::new(limit) {
        Some(limit) => limit,
        None => NonZeroUsize::MIN,
    }
}

/// Part of a stream (`C` is [`StreamVersion`]) or of the log (`C` is [`Position`]).
///
/// It may have fewer events than the limit although more exist: a store ends a page early when its payloads have
/// reached [`limits::PAGE_BYTES`], or when it has scanned long without a match.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<C> {
    /// The events, in the order that was asked for.
    pub events: Vec<RecordedEvent>,
    /// Up to here everything was looked at, so this is where the next page begins, and what a consumer may keep as
    /// its checkpoint.
    ///
    /// Forward, it is at least the request's `after`; and when [`done`](Self::done), the last place that could be read.
    pub through: C,
    /// Whether the range that was asked for is exhausted, as of when it was read.
    pub done: bool,
}

impl<C> Page<C> {
    /// A page. For stores.
    #[must_use]
    pub const fn new(events: Vec<RecordedEvent>, through: C, done: bool) -> Self {
        Self { events, through, done }
    }
}

/// Which streams to list, in the order of category, then key, both by bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListStreams {
    /// Only streams of this category.
    pub category: Option<Category>,
    /// Only streams after this one.
    pub after: Option<StreamId>,
    /// At most so many.
    pub limit: NonZeroUsize,
}

impl ListStreams {
    /// All streams, in pages of 1,000.
    #[must_use]
    pub const fn all() -> Self {
        Self { category: None, after: None, limit: DEFAULT_LIMIT }
    }

    /// The streams of one category, in pages of 1,000.
    #[must_use]
    pub const fn of(category: Category) -> Self {
        Self { category: Some(category), after: None, limit: DEFAULT_LIMIT }
    }

    /// Only streams after `stream`.
    #[must_use]
    pub fn after(mut self, stream: StreamId) -> Self {
        self.after = Some(stream);
        self
    }

    /// At most `limit` streams, 1 to [`limits::PAGE_EVENTS`]; other values are moved there.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = bounded(limit);
        self
    }
}

/// A stream and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamSummary {
    /// The stream.
    pub stream: StreamId,
    /// The version of its last event, which is also the number of its events.
    pub version: StreamVersion,
}

impl StreamSummary {
    /// A summary. For stores.
    #[must_use]
    pub const fn new(stream: StreamId, version: StreamVersion) -> Self {
        Self { stream, version }
    }
}

#[async_trait]
impl<T: EventReader + ?Sized> EventReader for std::sync::Arc<T> {
    fn log_id(&self) -> LogId {
        (**self).log_id()
    }

    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        (**self).read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        (**self).read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        (**self).head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        (**self).find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        (**self).streams(request).await
    }

    fn watch(&self) -> Watch {
        (**self).watch()
    }
}
