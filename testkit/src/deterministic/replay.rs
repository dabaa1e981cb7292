use crate::given::Log;
use async_trait::async_trait;
use factum_core::{
    EventId, LogId, Position, RecordedEvent, StoreError, StreamVersion,
    store::{
        Capabilities, Direction, EventReader, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch,
        WatchSender,
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How the log comes in pages.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// As large as the runner asks for.
    Whole,
    /// So many events to a page, each of which is at the end of the log when it is read: a runner makes a batch of it.
    Batches(usize),
    /// So many events to a page.
    Pages(usize),
}

/// A log that is given once more: it never changes, but shows no more than it is told to.
#[derive(Clone)]
pub(super) struct Replay {
    log: LogId,
    events: Arc<Log>,
    cut: Cut,
    /// The last position that can be read, and who wants to know when that changes.
    shown: Arc<(AtomicU64, WatchSender)>,
}

impl Replay {
    pub(super) fn new(log: LogId, events: Arc<Log>, cut: Cut) -> Self {
        let shown = Arc::new((AtomicU64::new(0), Watch::channel().0));
        Self { log, events, cut, shown }
    }

    fn events(&self) -> &[RecordedEvent] {
        self.events.events()
    }

    pub(super) fn end(&self) -> Position {
        self.events().last().map(|event| event.position).unwrap_or_default()
    }

    /// Everything up to here has happened.
    pub(super) fn show(&self, to: Position) {
        self.shown.0.store(to.get(), Ordering::SeqCst);
        self.shown.1.wake();
    }

    fn shown(&self) -> Position {
        Position::new(self.shown.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl EventReader for Replay {
    fn log_id(&self) -> LogId {
        self.log
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
    }

    /// A runner reads the log forward, and nothing else.
    async fn read_stream(&self, _: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        Err(StoreError::new("reading a stream", "only the log is given once more"))
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        debug_assert!(request.direction == Direction::Forward, "a runner reads forward only");
        let end = request.before.map_or(Position::MAX, Position::previous).min(self.shown());
        let end = end.max(request.after);
        let (most, alone) = match self.cut {
            Cut::Whole => (usize::MAX, false),
            Cut::Batches(size) => (size, true),
            Cut::Pages(size) => (size, false),
        };
        let most = request.limit.get().min(most);
        let from = self.events().partition_point(|event| event.position <= request.after);
        let there = self.events()[from..].iter().take_while(|event| event.position <= end);
        let matching = there.filter(|event| request.query.matches_event(event));
        let events: Vec<_> = matching.take(most).cloned().collect();
        Ok(match events.last() {
            Some(last) if events.len() == most => {
                let through = last.position;
                Page::new(events, through, alone)
            }
            _ => Page::new(events, end, true),
        })
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.shown())
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        let find = |id: &EventId| self.events().iter().find(|event| event.id == *id);
        Ok(ids.iter().map(|id| find(id).map(|event| event.position)).collect())
    }

    async fn streams(&self, _: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        Err(StoreError::new("listing streams", "only the log is given once more"))
    }

    fn watch(&self) -> Watch {
        self.shown.1.watch()
    }
}
