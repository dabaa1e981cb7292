//! The store in memory, whose own appends change nothing but the log.

use super::Defect;
use crate::mutants::{defect::Outcome, kept::sink_as_kept};
use async_trait::async_trait;
use factum_core::{
    Append, EventAppender, EventId, EventReader, LogId, Position, StoreError, StreamVersion,
    checkpoint::Advance,
    sink::{CommitError, InlineStore, Inlines, Sink},
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use factum_store_memory::{MemoryStore, MemoryWork};
use factum_testkit::conformance::Fixture;
use std::sync::{Arc, RwLock};
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

sink_as_kept! { [] Broken }

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
