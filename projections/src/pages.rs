//! Pages of the log that several readers want: the partitions of a projection that are applied by one node read each page once.

use async_trait::async_trait;
use factum_core::{
    EventId, LogId, Position, StoreError, StreamVersion,
    projection::Partition,
    store::{
        Capabilities, Direction, EventReader, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch,
    },
};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::Mutex;

/// Pages that are kept, and the bytes of payload of all of them together.
const KEPT: (usize, usize) = (16, 32 * 1_024 * 1_024);

/// The last pages that were read.
pub(crate) struct Pages {
    store: Arc<dyn EventReader>,
    /// Whoever reads one has it, so that all who want the same page wait for one read of it.
    kept: Mutex<VecDeque<Arc<Kept>>>,
}

struct Kept {
    after: Position,
    bytes: usize,
    page: Page<Position>,
}

impl Pages {
    pub(crate) fn new(store: Arc<dyn EventReader>) -> Arc<Self> {
        Arc::new(Self { store, kept: Mutex::default() })
    }

    /// The page after a position.
    async fn page(&self, request: &ReadLog) -> Result<Arc<Kept>, StoreError> {
        let mut kept = self.kept.lock().await;
        let after = request.after;
        if let Some(found) = kept.iter().find(|kept| kept.after <= after && after < kept.page.through) {
            return Ok(Arc::clone(found));
        }
        // To the end, wherever this reader's range ends.
        let mut whole = request.clone();
        whole.before = None;
        let page = self.store.read_log(whole).await?;
        let bytes = page.events.iter().map(|event| event.payload.len()).sum();
        let page = Arc::new(Kept { after, bytes, page });
        if page.page.through <= after {
            return Ok(page);
        }
        kept.push_back(Arc::clone(&page));
        let mut bytes: usize = kept.iter().map(|kept| kept.bytes).sum();
        while kept.len() > KEPT.0 || (bytes > KEPT.1 && kept.len() > 1) {
            bytes -= kept.pop_front().map_or(0, |first| first.bytes);
        }
        Ok(page)
    }
}

/// What one partition is to read: of one query, and forward.
pub(crate) struct Share {
    pages: Arc<Pages>,
    /// By streams; `None` for all of them.
    partition: Option<Partition>,
}

impl Share {
    pub(crate) const fn new(pages: Arc<Pages>, partition: Option<Partition>) -> Self {
        Self { pages, partition }
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
        let end = request.before.map(Position::previous);
        let mine = kept.page.events.iter().filter(|event| {
            event.position > request.after
                && end.is_none_or(|end| event.position <= end)
                && self.partition.is_none_or(|partition| partition.has_stream(&event.stream))
        });
        // One that was read for somebody else may have more.
        let mut events: Vec<_> = mine.take(request.limit.get() + 1).cloned().collect();
        if events.len() > request.limit.get() {
            events.pop();
            let through = events.last().map_or(request.after, |last| last.position);
            return Ok(Page::new(events, through, false));
        }
        Ok(match end {
            Some(end) if kept.page.through >= end => Page::new(events, end, true),
            // It may have been read when the log ended before the range does.
            Some(_) => Page::new(events, kept.page.through, false),
            None => Page::new(events, kept.page.through, kept.page.done),
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

    fn share(store: &MemoryStore, partition: Option<Partition>) -> Share {
        Share::new(Pages::new(Arc::new(store.clone())), partition)
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
        let store = MemoryStore::new();
        append(&store, [1; 3]).await;
        let share = share(&store, None);
        assert_eq!(read(&share, after(0)).await, (vec![1, 2, 3], 3, true));
        append(&store, [1; 3]).await;
        let range = |position| after(position).before(Position::new(6));
        assert_eq!(read(&share, range(1)).await, (vec![2, 3], 3, false));
        assert_eq!(read(&share, range(3)).await, (vec![4, 5], 5, true));
        assert_eq!(read(&share, after(3)).await, (vec![4, 5, 6], 6, true));
    }

    #[tokio::test]
    async fn a_page_is_as_short_as_it_was_asked_for_whoever_has_read_it() {
        let store = MemoryStore::new();
        append(&store, [1; 5]).await;
        let share = share(&store, None);
        read(&share, after(0)).await;
        assert_eq!(read(&share, after(1).limit(2)).await, (vec![2, 3], 3, false));
        assert_eq!(read(&share, after(3).limit(2)).await, (vec![4, 5], 5, true));
    }

    #[tokio::test]
    async fn each_event_is_in_one_share() {
        let store = MemoryStore::new();
        append(&store, 0..50).await;
        let pages = Pages::new(Arc::new(store));
        let mut all = Vec::new();
        for number in 0..4 {
            let share = Share::new(Arc::clone(&pages), Partition::new(number, 4));
            let (positions, through, done) = read(&share, after(0)).await;
            assert_eq!((through, done), (50, true));
            all.extend(positions);
        }
        all.sort_unstable();
        assert_eq!(all, (1..=50).collect::<Vec<_>>());
    }
}
