use super::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StoreError, StreamSummary, Watch, moment};
use crate::{EventId, LogId, Position, RecordedEvent, StreamId, StreamVersion, Timestamp};
use async_trait::async_trait;
use futures_util::{
    Stream, TryStreamExt,
    stream::{iter, try_unfold},
};
use std::future::Future;

/// The read side of a store. See the [module](super) for what every store guarantees.
///
/// Reads come in pages of bounded size, so that no read holds a transaction or a connection open while its caller
/// thinks.
/// [`EventReaderExt`] turns pages into a `Stream`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store: events cannot be read from it",
    label = "this should be a store",
    note = "use `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl EventReader for {Self}`, and `EventAppender` beside it"
)]
#[async_trait]
pub trait EventReader: Send + Sync + 'static {
    /// Which log this is.
    fn log_id(&self) -> LogId;

    /// What the store offers beyond what every store must.
    fn capabilities(&self) -> Capabilities;

    /// Whether another process reads for this one, as a server does; false unless a store says so. It changes no result: whoever
    /// reads ahead on a machine of few processors then asks for one page at a time, since that process needs a processor too.
    fn is_served(&self) -> bool {
        false
    }

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

#[async_trait]
impl<T: EventReader + ?Sized> EventReader for std::sync::Arc<T> {
    fn log_id(&self) -> LogId {
        (**self).log_id()
    }

    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn is_served(&self) -> bool {
        (**self).is_served()
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

/// Pages of an [`EventReader`] as streams of events.
pub trait EventReaderExt: EventReader {
    /// The events of a stream from a request's first page to its last, holding one page in memory.
    ///
    /// An error ends the stream; what came before it is complete.
    fn stream_events(
        &self,
        request: ReadStream,
    ) -> impl Stream<Item = Result<RecordedEvent, StoreError>> + Send {
        try_unfold(Some(request), async move |request| {
            let Some(request) = request else { return Ok::<_, StoreError>(None) };
            let page = self.read_stream(request.clone()).await?;
            let next = request.following(&page);
            Ok(Some((iter(page.events.into_iter().map(Ok)), next)))
        })
        .try_flatten()
    }

    /// The events of the log from a request's first page to the head, holding one page in memory.
    ///
    /// It ends at the head as it was when the last page was read; to go on from there, subscribe. An error ends the
    /// stream; what came before it is complete.
    fn log_events(&self, request: ReadLog) -> impl Stream<Item = Result<RecordedEvent, StoreError>> + Send {
        try_unfold(Some(request), async move |request| {
            let Some(request) = request else { return Ok::<_, StoreError>(None) };
            let page = self.read_log(request.clone()).await?;
            let next = request.following(&page);
            Ok(Some((iter(page.events.into_iter().map(Ok)), next)))
        })
        .try_flatten()
    }

    /// The version of a stream's last event, [`StreamVersion::EMPTY`] if it has none.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn stream_version(
        &self,
        stream: StreamId,
    ) -> impl Future<Output = Result<StreamVersion, StoreError>> + Send {
        async move {
            let page = self.read_stream(ReadStream::new(stream).backward().limit(1)).await?;
            Ok(page.events.first().map_or(StreamVersion::EMPTY, |event| event.version))
        }
    }

    /// Where the log was at `time`: a position to go on after, found with a few reads of one event each, about as many as
    /// the last position has binary digits.
    ///
    /// # Guarantees
    /// The event at the position was recorded before `time`, and the next one, if there was one when it was asked for, at
    /// `time` or later. So it is [`Position::START`] if no event was recorded before `time`, and the last event's
    /// position if all were.
    ///
    /// Where times are in the order of positions, there is only one such position, and it parts what was recorded before
    /// from all that was recorded later. They need not be: writers of several processes, or a clock that is set back, may
    /// leave an event behind one that was recorded a little later. Then some position of which the above is true is
    /// given, and an event at or before it may have been recorded at `time` or later.
    ///
    /// # Caller's duties
    /// Take it for a place to begin at, and not for a filter. If everything that was recorded in some period is wanted,
    /// read all of the log, and keep that ([`Page::recorded_in`]). If a position is known, as that of a receipt or of a
    /// checkpoint, use that.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    ///
    /// ```
    /// use factum_core::{Append, EventAppender, EventType, NewEvent, Position, StreamId, store::EventReaderExt};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let store = factum::MemoryStore::new();
    /// let opened = NewEvent::new(StreamId::new("account", "7")?, EventType::from_static("Opened"), "{}");
    /// let receipt = store.append_one(Append::new([opened])).await?;
    ///
    /// assert_eq!(store.position_at(receipt.recorded_at).await?, Position::START);
    /// let later = receipt.recorded_at + std::time::Duration::from_secs(1);
    /// assert_eq!(store.position_at(later).await?, receipt.position());
    /// # Ok(()) }
    /// ```
    fn position_at(&self, time: Timestamp) -> impl Future<Output = Result<Position, StoreError>> + Send {
        moment::position_at(self, time)
    }
}

impl<T: EventReader + ?Sized> EventReaderExt for T {}
