use super::*;
use async_trait::async_trait;
use factum_core::{
    Append, EventAppender, EventId, EventType, LogId, NewEvent, Query, QueryItem, RecordedEvent, StreamId,
    StreamVersion,
    store::{Capabilities, ListStreams, ReadStream, StreamSummary, Watch},
};
use factum_store_memory::MemoryStore;
use proptest::prelude::*;
use tokio::{runtime::Builder, task::yield_now};

const SOUGHT: EventType = EventType::from_static("Sought");

/// Writes so many events after each other that match, and so many that do not.
async fn append(store: &MemoryStore, runs: &[(bool, usize)]) {
    let stream = StreamId::new("a", "b").expect("a stream");
    let events = runs.iter().flat_map(|(sought, count)| {
        let event_type = if *sought { SOUGHT } else { EventType::from_static("Other") };
        std::iter::repeat_with(move || event_type.clone()).take(*count)
    });
    let events = events.map(|event_type| NewEvent::new(stream.clone(), event_type, "{}"));
    store.append_one(Append::new(events)).await.expect("appended");
}

/// Takes its time, so that whoever waits for it can stop waiting.
struct Slow(MemoryStore);

#[async_trait]
impl EventReader for Slow {
    fn log_id(&self) -> LogId {
        self.0.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.0.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        yield_now().await;
        let page = self.0.read_log(request).await;
        yield_now().await;
        page
    }

    async fn head(&self) -> Result<Position, StoreError> {
        yield_now().await;
        self.0.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.0.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.0.streams(request).await
    }

    fn watch(&self) -> Watch {
        self.0.watch()
    }
}

/// What one read after the other gives.
async fn in_turn(store: &MemoryStore, mut next: Option<ReadLog>) -> Vec<RecordedEvent> {
    let mut events = Vec::new();
    while let Some(request) = next {
        let page = store.read_log(request.clone()).await.expect("read");
        next = request.following(&page);
        events.extend(page.events);
    }
    events
}

fn runs() -> impl Strategy<Value = Vec<(bool, usize)>> {
    prop::collection::vec((any::<bool>(), 0..40_usize), 1..8)
}

proptest! {
    /// However the events that match are spread, however much is written while the log is read, and however often somebody
    /// stops waiting for a page.
    #[test]
    fn all_that_matches_comes_once_and_in_order(
        before in runs(),
        meanwhile in runs(),
        all in any::<bool>(),
        limit in 1..8_usize,
        (after, head, when) in (0..60_u64, 0..300_u64, 0..20_usize),
        (lanes, dropped) in (1..4_usize, 0..3_usize),
    ) {
        Builder::new_current_thread().build().expect("a runtime").block_on(async {
            let store = MemoryStore::new();
            append(&store, &before).await;
            let end = store.head().await.expect("a head");
            let after = Position::new(after).min(end);
            let query = if all { Query::all() } else { Query::from(QueryItem::types([SOUGHT])) };
            let request = ReadLog::new(query).after(after).limit(limit);
            // A head that was looked at some time ago.
            let head = Position::new(head).min(end);
            let mut ranges = Ranges::new(Arc::new(Slow(store.clone())), request.clone(), head, lanes);
            let (mut events, mut through, mut pages) = (Vec::new(), after, 0);
            let mut done = false;
            loop {
                let mut page = None;
                for _ in 0..dropped {
                    page = page.or_else(|| ranges.page().now_or_never());
                }
                let page = match page {
                    Some(page) => page,
                    None => ranges.page().await,
                };
                let Some(page) = page else { break };
                let page = page.expect("read");
                assert!(!done, "a page came after the end of the log");
                assert!(page.events.len() <= limit && page.through >= through);
                assert!(page.events.iter().all(|e| (through.next()..=page.through).contains(&e.position)));
                (through, done) = (page.through, page.done);
                events.extend(page.events);
                pages += 1;
                if pages == when {
                    append(&store, &meanwhile).await;
                }
            }
            assert!(done);
            let all = in_turn(&store, Some(request)).await;
            let upto = all.partition_point(|event| event.position <= through);
            assert_eq!(events, &all[..upto]);
        });
    }
}

/// A server would keep a snapshot as long.
#[tokio::test(start_paused = true)]
async fn what_was_asked_for_is_read_although_nobody_takes_it() {
    let store = MemoryStore::new();
    append(&store, &[(true, 10)]).await;
    let request = ReadLog::new(Query::all()).limit(1);
    let here = Here::start(Ranges::new(Arc::new(Slow(store)), request, Position::new(10), 1));
    assert!(here.page().await.is_some_and(|page| page.is_ok()));
    let is_there =
        || here.ranges.try_lock().is_ok_and(|ranges| matches!(ranges.reading[0].page, Reading::There(_)));
    assert!(!is_there());
    sleep(PATIENCE * 3).await;
    assert!(is_there());
}

#[tokio::test]
async fn what_seldom_matches_is_found_with_few_reads() {
    let store = MemoryStore::new();
    append(&store, &[(true, 1), (false, 9_000), (true, 1)]).await;
    let request = ReadLog::new(Query::from(QueryItem::types([SOUGHT]))).limit(1);
    let mut ranges = Ranges::new(Arc::new(store), request, Position::new(9_002), LANES);
    let (mut pages, mut events) = (0, 0);
    while let Some(page) = ranges.page().await {
        pages += 1;
        events += page.expect("read").events.len();
    }
    assert_eq!(events, 2);
    assert!(pages < 20, "{pages} pages");
}
