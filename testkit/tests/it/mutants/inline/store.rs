//! The store in memory, whose own appends change nothing but the log.

use super::Defect;
use crate::mutants::defect::Outcome;
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    Append, Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, EventAppender, EventId, EventReader,
    LogId, Position, StoreError, StreamVersion, Timestamp,
    checkpoint::{Advance, AdvanceError},
    lease::{Group, LeaseStore, NodeId, Roll},
    quarantine::{Asked, Lane, ListParked, Parked, QuarantineStore, Request},
    sink::{
        Change, Collection, CommitError, Document, DocumentReader, DocumentSink, GenerationStore,
        Generations, InlineStore, Inlines, Removal, Repair, RepairId, Sink,
    },
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use factum_store_memory::{MemoryStore, MemoryWork};
use factum_testkit::conformance::Fixture;
use std::{
    sync::{Arc, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;

static CHOSEN: RwLock<Option<Arc<dyn Defect>>> = RwLock::new(None);

/// The places that are made from now on are for stores with this defect.
pub(super) fn choose(defect: Arc<dyn Defect>) {
    *CHOSEN.write().unwrap() = Some(defect);
}

pub(super) struct Place {
    kept: MemoryStore,
    turn: Arc<Mutex<()>>,
    defect: Arc<dyn Defect>,
}

impl Fixture for Place {
    type Store = Broken;

    async fn make() -> Self {
        Self {
            kept: MemoryStore::new(),
            turn: Arc::default(),
            defect: CHOSEN.read().unwrap().clone().unwrap(),
        }
    }

    async fn open(&self) -> Broken {
        self.defect.open(&self.kept).await;
        let (kept, turn) = (self.kept.clone(), Arc::clone(&self.turn));
        Broken { kept, turn, inlines: Inlines::default(), defect: Arc::clone(&self.defect) }
    }
}

pub(super) struct Broken {
    pub(super) kept: MemoryStore,
    /// Of those who append.
    pub(super) turn: Arc<Mutex<()>>,
    pub(super) inlines: Inlines<Self>,
    pub(super) defect: Arc<dyn Defect>,
}

impl Clone for Broken {
    fn clone(&self) -> Self {
        Self {
            kept: self.kept.clone(),
            turn: Arc::clone(&self.turn),
            inlines: self.inlines.clone(),
            defect: Arc::clone(&self.defect),
        }
    }
}

impl InlineStore for Broken {
    fn inlines(&self) -> &Inlines<Self> {
        &self.inlines
    }
}

#[async_trait]
impl EventAppender for Broken {
    async fn append(&self, appends: Vec<Append>) -> Vec<Outcome> {
        self.append_all(appends).await
    }

    async fn append_one(&self, append: Append) -> Outcome {
        self.append_all(vec![append]).await.remove(0)
    }
}

#[async_trait]
impl Sink for Broken {
    type Work = MemoryWork;

    async fn commit(&self, work: MemoryWork, advance: Advance) -> Result<(), CommitError> {
        self.kept.commit(work, advance).await
    }
}

/// What the store in memory does, with which nothing is wrong.
macro_rules! as_kept {
    ($($of:ident { $(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)* })+) => {
        $(#[async_trait]
        impl $of for Broken {
            $(async fn $name(&self, $($argument: $type),*) $(-> $result)? {
                self.kept.$name($($argument),*).await
            })*
        })+
    };
}

as_kept! {
    CheckpointStore {
        fn checkpoint(key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError>;
        fn logs(consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError>;
        fn claim(key: &CheckpointKey) -> Result<Checkpoint, StoreError>;
        fn advance(advance: Advance) -> Result<(), AdvanceError>;
        fn reset(key: &CheckpointKey) -> Result<Checkpoint, StoreError>;
    }
    LeaseStore {
        fn now() -> Result<Timestamp, StoreError>;
        fn wait_until(time: Timestamp) -> Result<Timestamp, StoreError>;
        fn beat(group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError>;
        fn lease(group: &Group, n: u16, node: NodeId, ttl: Duration) -> Result<Option<Checkpoint>, StoreError>;
        fn release(key: &CheckpointKey, node: NodeId) -> Result<(), StoreError>;
        fn groups() -> Result<Vec<(Group, Roll)>, StoreError>;
        fn leave(group: &Group, node: NodeId) -> Result<(), StoreError>;
    }
    QuarantineStore {
        fn parked(request: ListParked) -> Result<Vec<Parked>, StoreError>;
        fn quarantines() -> Result<Vec<(ConsumerName, LogId)>, StoreError>;
        fn request(
            consumer: &ConsumerName, log: LogId, lane: Option<&Lane>, first: Option<Position>, request: Request
        ) -> Result<u64, StoreError>;
        fn requests(key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError>;
    }
    GenerationStore {
        fn generations(consumer: &ConsumerName) -> Result<Generations, StoreError>;
        fn rebuild(consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError>;
        fn activate(consumer: &ConsumerName, log: LogId, generation: u32) -> Result<bool, StoreError>;
        fn release_generation(consumer: &ConsumerName) -> Result<(), StoreError>;
        fn abandon(consumer: &ConsumerName) -> Result<(), StoreError>;
        fn remove_generation(consumer: &ConsumerName, generation: u32) -> Result<Removal, StoreError>;
        fn repair(consumer: &ConsumerName, log: LogId, document: &str) -> Result<RepairId, StoreError>;
        fn repairs(
            consumer: &ConsumerName, log: LogId, document: Option<&str>
        ) -> Result<Vec<Repair>, StoreError>;
        fn repaired(
            consumer: &ConsumerName, log: LogId, repair: RepairId, failure: Option<&str>
        ) -> Result<(), StoreError>;
    }
    DocumentReader {
        fn load(collection: &Collection, keys: Vec<String>) -> Result<Vec<Option<Bytes>>, StoreError>;
        fn scan(
            collection: &Collection, after: Option<String>, limit: usize
        ) -> Result<Vec<Document>, StoreError>;
    }
}

#[async_trait]
impl DocumentSink for Broken {
    async fn prepare(&self, collection: &Collection) -> Result<(), StoreError> {
        self.kept.prepare(collection).await
    }

    async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
        self.kept.discard(collection).await
    }

    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> MemoryWork {
        self.kept.changes(collection, changes)
    }
}

#[async_trait]
impl EventReader for Broken {
    fn log_id(&self) -> LogId {
        self.kept.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.kept.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.kept.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.kept.read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.kept.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.kept.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.kept.streams(request).await
    }

    fn watch(&self) -> Watch {
        self.kept.watch()
    }
}
