//! The in-memory store, with a defect.

use async_trait::async_trait;
use factum_core::{
    Append, AppendError, EventAppender, EventId, EventReader, LogId, Position, Receipt, StoreError,
    StreamVersion,
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::Fixture;
use std::{future::Future, sync::Arc};

pub(super) type Outcome = Result<Receipt, AppendError>;

/// What a store does otherwise than it should. Everything that is not overridden is done right.
pub(super) trait Defect: Default + Send + Sync + 'static {
    /// Done to each append before it is appended.
    fn rewrite(&self, _append: &mut Append) {}

    /// Done to the outcomes of a call.
    fn answer(&self, _outcomes: &mut Vec<Outcome>) {}

    fn append(
        &self,
        store: &MemoryStore,
        mut appends: Vec<Append>,
    ) -> impl Future<Output = Vec<Outcome>> + Send {
        async {
            appends.iter_mut().for_each(|append| self.rewrite(append));
            let mut outcomes = store.append(appends).await;
            self.answer(&mut outcomes);
            outcomes
        }
    }

    fn read_stream(
        &self,
        store: &MemoryStore,
        request: ReadStream,
    ) -> impl Future<Output = Result<Page<StreamVersion>, StoreError>> + Send {
        store.read_stream(request)
    }

    fn read_log(
        &self,
        store: &MemoryStore,
        request: ReadLog,
    ) -> impl Future<Output = Result<Page<Position>, StoreError>> + Send {
        store.read_log(request)
    }

    fn head(&self, store: &MemoryStore) -> impl Future<Output = Result<Position, StoreError>> + Send {
        store.head()
    }

    fn find(
        &self,
        store: &MemoryStore,
        ids: &[EventId],
    ) -> impl Future<Output = Result<Vec<Option<Position>>, StoreError>> + Send {
        async move { store.find(ids).await }
    }

    fn streams(
        &self,
        store: &MemoryStore,
        request: ListStreams,
    ) -> impl Future<Output = Result<Vec<StreamSummary>, StoreError>> + Send {
        store.streams(request)
    }

    fn watch(&self, store: &MemoryStore) -> Watch {
        store.watch()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().gapless()
    }

    /// Opens what is in `place`.
    fn open(&self, place: &MemoryStore) -> impl Future<Output = MemoryStore> + Send {
        async { place.clone() }
    }

    /// What the store says it is, whichever store was opened.
    fn log_id(&self, place: &MemoryStore, _opened: &MemoryStore) -> LogId {
        place.log_id()
    }
}

/// Where a store with a defect can be opened. It is in memory, and outlives the store all the same.
pub(super) struct Place<D> {
    kept: MemoryStore,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: MemoryStore::new(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let store = self.defect.open(&self.kept).await;
        let log = self.defect.log_id(&self.kept, &store);
        Broken { store, log, defect: Arc::clone(&self.defect) }
    }
}

pub(super) struct Broken<D> {
    store: MemoryStore,
    log: LogId,
    defect: Arc<D>,
}

#[async_trait]
impl<D: Defect> EventAppender for Broken<D> {
    async fn append(&self, appends: Vec<Append>) -> Vec<Outcome> {
        let mut outcomes = self.defect.append(&self.store, appends).await;
        outcomes.iter_mut().flatten().for_each(|receipt| receipt.log = self.log);
        outcomes
    }
}

#[async_trait]
impl<D: Defect> EventReader for Broken<D> {
    fn log_id(&self) -> LogId {
        self.log
    }

    fn capabilities(&self) -> Capabilities {
        self.defect.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.defect.read_stream(&self.store, request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.defect.read_log(&self.store, request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.defect.head(&self.store).await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.defect.find(&self.store, ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.defect.streams(&self.store, request).await
    }

    fn watch(&self) -> Watch {
        self.defect.watch(&self.store)
    }
}
