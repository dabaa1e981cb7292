use super::{Append, AppendError, EventAppender, EventReader, ReadLog, ReadStream, StoreError};
use crate::{Receipt, RecordedEvent, StreamId, StreamVersion};
use futures_util::{
    Stream, TryStreamExt,
    stream::{iter, try_unfold},
};
use std::future::Future;

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
}

impl<T: EventReader + ?Sized> EventReaderExt for T {}

/// One append at a time.
pub trait EventAppenderExt: EventAppender {
    /// Appends one.
    ///
    /// # Errors
    /// [`AppendError`]; its variants say what to do.
    fn append_one(&self, append: Append) -> impl Future<Output = Result<Receipt, AppendError>> + Send {
        self.append_alone(append)
    }
}

impl<T: EventAppender + ?Sized> EventAppenderExt for T {}
