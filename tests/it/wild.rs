//! A store on which everything goes wrong that the contract allows, by dice.

use async_trait::async_trait;
use factum::{
    Append, AppendError, EventAppender, EventId, EventReader, EventStore, LogId, MemoryStore, Position,
    Receipt, Snapshot, SnapshotStore, StoreError, StreamId, StreamVersion,
    store::{Capabilities, ListStreams, OutcomeUnknown, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::sync::{Arc, Mutex};

/// Dice that fall the same way for the same seed.
#[derive(Clone)]
pub(crate) struct Dice(Arc<Mutex<u64>>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed | 1)))
    }

    /// A number below `sides`.
    pub(crate) fn throw(&self, sides: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 11) % sides
    }
}

/// Clones are connections to one log.
#[derive(Clone)]
pub(crate) struct Wild {
    pub(crate) store: MemoryStore,
    dice: Dice,
    /// One call out of so many fails.
    fails: u64,
}

impl Wild {
    pub(crate) fn new(dice: Dice, fails: u64) -> Self {
        Self { store: MemoryStore::new(), dice, fails }
    }

    async fn wait(&self) {
        for _ in 0..self.dice.throw(3) {
            tokio::task::yield_now().await;
        }
    }

    fn is_failing(&self) -> bool {
        self.dice.throw(self.fails) == 0
    }

    async fn read<T>(&self, read: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.wait().await;
        if self.is_failing() {
            return Err(StoreError::unavailable("reading", "the dice"));
        }
        let read = read.await;
        self.wait().await;
        read
    }
}

#[async_trait]
impl EventAppender for Wild {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        self.wait().await;
        let mut outcomes = Vec::new();
        for append in appends {
            let ids: Vec<EventId> = append.events.iter().map(|event| event.id).collect();
            let unknown =
                |ids| Err(OutcomeUnknown::new(ids, StoreError::unavailable("committing", "the dice")).into());
            outcomes.push(match self.dice.throw(self.fails * 3) {
                0 => Err(StoreError::unavailable("appending", "the dice").into()),
                1 => unknown(ids),
                2 => match self.store.append_one(append).await {
                    Ok(_) => unknown(ids),
                    refused => refused,
                },
                _ => self.store.append_one(append).await,
            });
        }
        self.wait().await;
        outcomes
    }
}

#[async_trait]
impl EventReader for Wild {
    fn log_id(&self) -> LogId {
        self.store.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        // Short pages, between which others write.
        let limit = 1 + self.dice.throw(5) as usize;
        self.read(self.store.read_stream(request.limit(limit))).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.read(self.store.read_log(request)).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.read(self.store.head()).await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.read(self.store.find(ids)).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.read(EventReader::streams(&self.store, request)).await
    }

    fn watch(&self) -> Watch {
        self.store.watch()
    }
}

#[async_trait]
impl SnapshotStore for Wild {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        self.read(self.store.load_snapshot(stream, schema)).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.read(self.store.save_snapshot(snapshot)).await
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        self.read(self.store.delete_snapshots(stream)).await
    }
}

/// A log that can be put back to what it was, as from a backup, under a program that goes on running.
#[derive(Clone)]
pub(crate) struct Backed {
    log: LogId,
    store: Arc<Mutex<MemoryStore>>,
}

impl Backed {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::new();
        Self { log: store.log_id(), store: Arc::new(Mutex::new(store)) }
    }

    fn now(&self) -> MemoryStore {
        self.store.lock().unwrap().clone()
    }

    /// Forgets all but the first `events`.
    pub(crate) async fn put_back_to(&self, events: usize) {
        let back = MemoryStore::new();
        for event in crate::stores::log(&self.now()).await.into_iter().take(events) {
            let kept = factum::NewEvent::from_parts(event.id, event.stream, event.event_type, event.payload);
            back.append_one(Append::new([kept])).await.unwrap();
        }
        *self.store.lock().unwrap() = back;
    }
}

#[async_trait]
impl EventAppender for Backed {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        self.now().append(appends).await
    }
}

#[async_trait]
impl EventReader for Backed {
    fn log_id(&self) -> LogId {
        self.log
    }

    fn capabilities(&self) -> Capabilities {
        self.now().capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.now().read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.now().read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.now().head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.now().find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        EventReader::streams(&self.now(), request).await
    }

    fn watch(&self) -> Watch {
        self.now().watch()
    }
}

const _: fn() = || {
    fn is_store<S: EventStore>() {}
    is_store::<Wild>();
    is_store::<Backed>();
};
