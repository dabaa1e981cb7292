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
            _ => Page::new(events, kept.page.through, kept.page.done),
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
