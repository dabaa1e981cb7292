//! Pages of the log that several readers want: the partitions of a projection that are applied by one node read each page once.

use async_trait::async_trait;
use factum_core::{
    EventId, LogId, Position, RecordedEvent, StoreError, StreamVersion, limits,
    projection::{Parting, Partition},
    store::{
        Capabilities, Direction, EventReader, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch,
    },
};
use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError},
};

/// Pages that are kept, and the bytes of payload of all of them together.
const KEPT: (usize, usize) = (96, 32 * 1_024 * 1_024);

/// The last pages that were read, parted.
pub(crate) struct Pages {
    store: Arc<dyn EventReader>,
    parting: Parting,
    partitions: u16,
    kept: std::sync::Mutex<VecDeque<Entry>>,
}

/// A page that was asked for. Whoever wants it waits for one read of it, on a task of its own, so that it gets on also while
/// the one who asked first does something else.
#[derive(Clone)]
struct Entry {
    after: Position,
    /// `None` if it could not be read.
    page: Shared<BoxFuture<'static, Option<Arc<Kept>>>>,
}

/// A page.
struct Kept {
    through: Position,
    done: bool,
    bytes: usize,
    events: Parted,
}

/// The events of a page.
enum Parted {
    /// Those of each partition, until it takes them. To give them out costs less than to copy them: what events share, their
    /// types and streams, is counted, and the threads of several partitions would be in each other's way.
    Streams(Vec<std::sync::Mutex<Part>>),
    /// All of them, for every partition.
    Documents(Vec<RecordedEvent>),
}

/// What a partition has not taken.
#[derive(Default)]
struct Part {
    /// Everything up to here was given out. Whoever wants it again, as after a batch that failed, has to read it again.
    given: Position,
    rest: VecDeque<RecordedEvent>,
}

impl Pages {
    pub(crate) fn new(store: Arc<dyn EventReader>, parting: Parting, partitions: u16) -> Arc<Self> {
        Arc::new(Self { store, parting, partitions, kept: std::sync::Mutex::default() })
    }

    /// What one partition is to read: of one query, and forward.
    pub(crate) fn share(self: &Arc<Self>, partition: Partition) -> Share {
        Share { pages: Arc::clone(self), partition }
    }

    /// The page that has what comes after a position.
    async fn page(self: &Arc<Self>, request: &ReadLog) -> Result<Arc<Kept>, StoreError> {
        let after = request.after;
        loop {
            let (entry, is_new) = self.entry(request);
            match entry.page.clone().await {
                Some(page) if page.through > after => return Ok(page),
                Some(page) => {
                    self.forget(&entry, page.through <= entry.after);
                    // One that was under way already may have missed what the caller was woken for.
                    if is_new {
                        return Ok(page);
                    }
                }
                None => {
                    self.forget(&entry, true);
                    // What went wrong is told to whoever meets it.
                    return Ok(Arc::new(self.part(after, self.store.read_log(whole(request)).await?)));
                }
            }
        }
    }

    /// The page that may have what comes after a position, and whether it is asked for now.
    fn entry(self: &Arc<Self>, request: &ReadLog) -> (Entry, bool) {
        let after = request.after;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let may_have = |entry: &&Entry| {
            let is_known_to_end = matches!(entry.page.peek(), Some(Some(page)) if page.through <= after);
            entry.after <= after && !is_known_to_end
        };
        if let Some(entry) = kept.iter().filter(may_have).max_by_key(|entry| entry.after) {
            return (entry.clone(), false);
        }
        let (pages, request) = (Arc::clone(self), whole(request));
        let read = tokio::spawn(async move {
            let page = pages.store.read_log(request).await.ok()?;
            Some(Arc::new(pages.part(after, page)))
        });
        let page = async move { read.await.ok().flatten() }.boxed().shared();
        let entry = Entry { after, page };
        kept.push_back(entry.clone());
        let bytes = |entry: &Entry| entry.page.peek().and_then(Option::as_ref).map_or(0, |page| page.bytes);
        let mut all: usize = kept.iter().map(bytes).sum();
        while kept.len() > KEPT.0 || (all > KEPT.1 && kept.len() > 1) {
            all -= kept.pop_front().as_ref().map_or(0, bytes);
        }
        (entry, true)
    }

    /// A page that was of no use is not given to others.
    fn forget(&self, entry: &Entry, is_useless: bool) {
        if is_useless {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|other| !other.page.ptr_eq(&entry.page));
        }
    }

    fn part(&self, after: Position, page: Page<Position>) -> Kept {
        let Page { events, through, done, .. } = page;
        let bytes = events.iter().map(|event| event.payload.len()).sum();
        let events = match self.parting {
            Parting::Streams => {
                let room = events.len() / usize::from(self.partitions);
                let part = |_| Part { given: after, rest: VecDeque::with_capacity(room + room / 4) };
                let mut parts: Vec<_> = (0..self.partitions).map(part).collect();
                for event in events {
                    let number = Partition::of_stream(&event.stream, self.partitions);
                    parts[usize::from(number)].rest.push_back(event);
                }
                Parted::Streams(parts.into_iter().map(Into::into).collect())
            }
            _ => Parted::Documents(events),
        };
        Kept { through, done, bytes, events }
    }
}

/// To the end, wherever a reader's range ends.
fn whole(request: &ReadLog) -> ReadLog {
    let mut whole = request.clone();
    whole.before = None;
    whole
}

/// What one partition is to read.
pub(crate) struct Share {
    pages: Arc<Pages>,
    partition: Partition,
}

impl Share {
    /// The events of a page that were asked for, and one more if there are more.
    async fn events(&self, kept: &Kept, request: &ReadLog) -> Result<Vec<RecordedEvent>, StoreError> {
        let end = request.before.map_or(kept.through, Position::previous).min(kept.through);
        let most = request.limit.get() + 1;
        match &kept.events {
            Parted::Documents(events) => {
                let wanted =
                    events.iter().filter(|event| event.position > request.after && event.position <= end);
                Ok(wanted.take(most).cloned().collect())
            }
            Parted::Streams(parts) => {
                let part = &parts[usize::from(self.partition.number())];
                let taken =
                    part.lock().unwrap_or_else(PoisonError::into_inner).take(request.after, end, most);
                match taken {
                    Some(events) => Ok(events),
                    None => self.again(request, end, most).await,
                }
            }
        }
    }

    /// Reads what was given out before.
    async fn again(
        &self,
        request: &ReadLog,
        end: Position,
        most: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut events = Vec::new();
        let mut next = Some(request.clone().before(end.next()).limit(limits::PAGE_EVENTS));
        while let Some(request) = next
            && events.len() < most
        {
            let page = self.pages.store.read_log(request.clone()).await?;
            next = request.following(&page);
            events.extend(page.events.into_iter().filter(|event| self.partition.has_stream(&event.stream)));
        }
        events.truncate(most);
        Ok(events)
    }
}

impl Part {
    /// Gives out what comes after a position, up to another one, and a copy of what comes then if that is more than there may
    /// be; `None` if some of it was given out before.
    fn take(&mut self, after: Position, end: Position, most: usize) -> Option<Vec<RecordedEvent>> {
        if after < self.given {
            return None;
        }
        self.rest.drain(..self.rest.partition_point(|event| event.position <= after));
        let wanted = self.rest.partition_point(|event| event.position <= end).min(most);
        let more = (wanted == most).then(|| self.rest[most - 1].clone());
        let mut events: Vec<_> = self.rest.drain(..wanted - usize::from(more.is_some())).collect();
        self.given = events.last().map_or(self.given.max(after), |last| last.position);
        events.extend(more);
        Some(events)
    }
}

#[async_trait]
impl EventReader for Share {
    fn log_id(&self) -> LogId {
        self.pages.store.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.pages.store.capabilities()
    }

    fn is_served(&self) -> bool {
        self.pages.store.is_served()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.pages.store.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        debug_assert!(request.direction == Direction::Forward, "a share is read forward only");
        let kept = self.pages.page(&request).await?;
        if !kept.done {
            // Whoever comes for it first need not wait for all of it.
            self.pages.entry(&request.clone().after(kept.through));
        }
        let mut events = self.events(&kept, &request).await?;
        // A page that was read for somebody else may have more.
        if events.len() > request.limit.get() {
            events.pop();
            let through = events.last().map_or(request.after, |last| last.position);
            return Ok(Page::new(events, through, false));
        }
        Ok(match request.before.map(Position::previous) {
            Some(end) if kept.through >= end => Page::new(events, end, true),
            // It may have been read when the log ended before the range does.
            Some(_) => Page::new(events, kept.through, false),
            None => Page::new(events, kept.through, kept.done),
        })
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.pages.store.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.pages.store.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.pages.store.streams(request).await
    }

    fn watch(&self) -> Watch {
        self.pages.store.watch()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_core::{Append, EventAppender as _, EventType, NewEvent, Query, StreamId};
    use factum_store_memory::MemoryStore;

    async fn append(store: &MemoryStore, streams: impl IntoIterator<Item = u8>) {
        let event = |stream| {
            let stream = StreamId::of("a", stream).expect("a stream");
            NewEvent::new(stream, EventType::from_static("A"), "{}")
        };
        store.append_one(Append::new(streams.into_iter().map(event))).await.expect("an append");
    }

    /// Of both kinds, in one partition.
    fn shares(store: &MemoryStore) -> [Share; 2] {
        [Parting::Streams, Parting::Documents]
            .map(|parting| Pages::new(Arc::new(store.clone()), parting, 1).share(Partition::WHOLE))
    }

    fn after(position: u64) -> ReadLog {
        ReadLog::new(Query::all()).after(Position::new(position))
    }

    async fn read(share: &Share, request: ReadLog) -> (Vec<u64>, u64, bool) {
        let page = share.read_log(request).await.expect("a page");
        let positions = page.events.iter().map(|event| event.position.get()).collect();
        (positions, page.through.get(), page.done)
    }

    #[tokio::test]
    async fn a_page_that_was_read_when_the_log_was_shorter_ends_no_range_that_goes_on() {
        for kind in 0..2 {
            let store = MemoryStore::new();
            append(&store, [1; 3]).await;
            let share = &shares(&store)[kind];
            assert_eq!(read(share, after(0)).await, (vec![1, 2, 3], 3, true));
            append(&store, [1; 3]).await;
            let range = |position| after(position).before(Position::new(6));
            assert_eq!(read(share, range(1)).await, (vec![2, 3], 3, false));
            assert_eq!(read(share, range(3)).await, (vec![4, 5], 5, true));
            assert_eq!(read(share, range(4)).await, (vec![5], 5, true));
            assert_eq!(read(share, after(5)).await, (vec![6], 6, true));
            assert_eq!(read(share, after(3)).await, (vec![4, 5, 6], 6, true));
        }
    }

    #[tokio::test]
    async fn a_page_is_as_short_as_it_was_asked_for_whoever_has_read_it() {
        for kind in 0..2 {
            let store = MemoryStore::new();
            append(&store, [1; 5]).await;
            let share = &shares(&store)[kind];
            share.pages.page(&after(0)).await.expect("a page");
            assert_eq!(read(share, after(1).limit(2)).await, (vec![2, 3], 3, false));
            assert_eq!(read(share, after(3).limit(2)).await, (vec![4, 5], 5, true));
            // What was given out before is read again.
            assert_eq!(read(share, after(0).limit(2)).await, (vec![1, 2], 2, false));
            assert_eq!(read(share, after(0)).await, (vec![1, 2, 3, 4, 5], 5, true));
        }
    }

    #[tokio::test]
    async fn each_event_is_in_one_share_however_often_it_is_read() {
        let store = MemoryStore::new();
        append(&store, 0..50).await;
        let pages = Pages::new(Arc::new(store), Parting::Streams, 4);
        for _ in 0..3 {
            let mut all = Vec::new();
            for number in 0..4 {
                let share = pages.share(Partition::new(number, 4).expect("a partition"));
                let (positions, through, done) = read(&share, after(0)).await;
                assert_eq!((through, done), (50, true));
                all.extend(positions);
            }
            all.sort_unstable();
            assert_eq!(all, (1..=50).collect::<Vec<_>>());
        }
    }
}
