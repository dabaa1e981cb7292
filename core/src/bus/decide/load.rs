use super::{snapshots::Keeper, states::Known};
use crate::{
    Causes, EventId, Invalid, Position, StoreError, StreamId, StreamVersion,
    decider::Decider,
    event::{DecodeError, EventEnum, RecordedEvent},
    store::{EventStore, Page, ReadLog, ReadStream},
};
use futures_util::future::join;
use std::{fmt, sync::Arc};

/// Why a state could not be folded.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The id cannot be the key of a stream.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event of the history cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

/// The state of an aggregate, and the version that it is the state of. Made by [`App::load`](crate::App::load).
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Current<A> {
    /// The state; the aggregate's `Default` if there are no events.
    pub state: Arc<A>,
    /// The version of its stream, for [`Dispatch::expect`](crate::app::Dispatch::expect) or an `ETag`.
    pub version: StreamVersion,
}

impl<D: Decider> Known<D> {
    /// Folds what has happened since; everything, if nothing was folded before or the stream is not the one that was.
    pub(super) async fn catch_up(
        &mut self,
        store: &dyn EventStore,
        snapshots: Option<&Keeper<D>>,
    ) -> Result<(), LoadError> {
        let nothing = Self::nothing(self.stream.clone());
        // Taken out, so that a reading that ends half-way leaves no state of which nobody knows how far it is.
        let known = std::mem::replace(self, nothing.clone());
        let read = match known.last {
            Some(_) => known.read_on(store).await?,
            None => None,
        };
        *self = match (read, snapshots) {
            (Some(known), _) => known,
            (None, None) => nothing.read_whole(store).await?,
            // Most programs have none, and what each reading allocates is to be small.
            (None, Some(snapshots)) => Box::pin(nothing.read_from_snapshot(store, snapshots)).await?,
        };
        Ok(())
    }

    async fn read_whole(self, store: &dyn EventStore) -> Result<Self, LoadError> {
        let nothing = Self::nothing(self.stream.clone());
        Ok(self.read_on(store).await?.unwrap_or(nothing))
    }

    /// Folds the stream from its snapshot on, and keeps another one if that was long.
    async fn read_from_snapshot(
        self,
        store: &dyn EventStore,
        snapshots: &Keeper<D>,
    ) -> Result<Self, LoadError> {
        let read = match snapshots.find(&self.stream).await {
            Some(snapshot) => {
                let read = snapshot.read_on(store).await?;
                if read.is_none() {
                    snapshots.forget(&self.stream).await;
                }
                read
            }
            None => None,
        };
        let mut known = match read {
            Some(known) => known,
            None => self.read_whole(store).await?,
        };
        if snapshots.is_due(known.version, known.kept) {
            snapshots.keep(&known).await;
            known.kept = known.version;
        }
        Ok(known)
    }

    /// Folds the events after the last one that was folded, a page at a time; `None` if that one is not there.
    async fn read_on(mut self, store: &dyn EventStore) -> Result<Option<Self>, LoadError> {
        let mut sought = self.last;
        let after = if sought.is_some() { self.version.previous() } else { self.version };
        let mut request = ReadStream::new(self.stream.clone()).after(after);
        let mut page = store.read_stream(request.clone()).await?;
        while let Some(next) = request.following(&page) {
            // Asked for before this page is folded, so that a store with threads of its own reads meanwhile.
            let reading = store.read_stream(next.clone());
            let (following, is_there) = join(reading, async { self.fold_in(&page, &mut sought) }).await;
            if !is_there? {
                return Ok(None);
            }
            (request, page) = (next, following?);
        }
        let is_there = self.fold_in(&page, &mut sought)?;
        self.behind = false;
        Ok(is_there.then_some(self))
    }

    /// Folds what has happened since, and gives it; `None` if the stream is not the one that was folded before, or that is more
    /// than so many events.
    pub(super) async fn follow(
        &mut self,
        store: &dyn EventStore,
        room: usize,
    ) -> Result<Option<Vec<D::Event>>, LoadError> {
        let after = if self.last.is_some() { self.version.previous() } else { self.version };
        // With the event that is known already, and one more, which a page that is full could leave out.
        let request = ReadStream::new(self.stream.clone()).after(after).limit(room + 2);
        let page = store.read_stream(request).await?;
        let since = match (self.last, page.events.split_first()) {
            (None, _) => &page.events[..],
            (Some(id), Some((first, since))) if first.id == id => since,
            _ => return Ok(None),
        };
        if !page.done || since.len() > room {
            return Ok(None);
        }
        let events = since.iter().map(D::Event::decode).collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = since.last() {
            let state = Arc::make_mut(&mut self.state);
            events.iter().for_each(|event| state.fold(event));
            (self.version, self.last) = (last.version, Some(last.id));
        }
        Ok(Some(events))
    }

    /// Folds a page, without the event that is `sought` at its beginning; whether that is there.
    fn fold_in(
        &mut self,
        page: &Page<StreamVersion>,
        sought: &mut Option<EventId>,
    ) -> Result<bool, LoadError> {
        let mut events = &page.events[..];
        if let Some(id) = *sought {
            match events.split_first() {
                Some((first, since)) if first.id == id => (*sought, events) = (None, since),
                None if !page.done => {}
                _ => return Ok(false),
            }
        }
        fold(&mut self.state, events)?;
        if let Some(event) = events.last() {
            (self.version, self.last) = (event.version, Some(event.id));
        }
        Ok(true)
    }
}

/// Folds the events of a stream up to and including that at `last` into `state`, a page at a time.
pub(in crate::bus) async fn fold_stream_through<D: Decider>(
    store: &dyn EventStore,
    stream: &StreamId,
    last: Position,
    state: &mut Arc<D>,
) -> Result<(), LoadError> {
    let mut next = Some(ReadStream::new(stream.clone()));
    while let Some(request) = next {
        let page = store.read_stream(request.clone()).await?;
        let upto = page.events.partition_point(|event| event.position <= last);
        fold(state, &page.events[..upto])?;
        next = if upto < page.events.len() { None } else { request.following(&page) };
    }
    Ok(())
}

/// Folds the events of the log that match a query into `state`, a page at a time; returns how far that is.
pub(in crate::bus) async fn fold_tags<D: Decider>(
    store: &dyn EventStore,
    request: ReadLog,
    state: &mut Arc<D>,
) -> Result<Position, LoadError> {
    let mut through = request.after;
    let mut next = Some(request);
    while let Some(request) = next {
        let page = store.read_log(request.clone()).await?;
        fold(state, &page.events)?;
        through = page.through;
        next = request.following(&page);
    }
    Ok(through)
}

fn fold<D: Decider>(state: &mut Arc<D>, events: &[RecordedEvent]) -> Result<(), DecodeError> {
    if events.is_empty() {
        return Ok(());
    }
    let state = Arc::make_mut(state);
    for event in events {
        state.fold(&D::Event::decode(event)?);
    }
    Ok(())
}
