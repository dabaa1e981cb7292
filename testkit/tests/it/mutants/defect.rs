//! The in-memory store, with a defect.

use async_trait::async_trait;
use factum_core::{
    Append, AppendError, EventAppender, EventId, EventReader, LogId, Position, Receipt, StoreError,
    StreamVersion,
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch, WatchSender},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::{Fixture, store::cases};
use std::sync::Arc;

pub(super) type Outcome = Result<Receipt, AppendError>;

/// What a store does otherwise than it should. Everything that is not overridden is done right.
#[async_trait]
pub(super) trait Defect: Default + Send + Sync + 'static {
    /// Done to each append before it is appended.
    fn rewrite(&self, _append: &mut Append) {}

    /// Done to the outcomes of a call.
    fn answer(&self, _outcomes: &mut Vec<Outcome>) {}

    async fn append(&self, store: &MemoryStore, mut appends: Vec<Append>) -> Vec<Outcome> {
        appends.iter_mut().for_each(|append| self.rewrite(append));
        let mut outcomes = store.append(appends).await;
        self.answer(&mut outcomes);
        outcomes
    }

    /// What comes alone; by default, as in a list.
    async fn append_one(&self, store: &MemoryStore, append: Append) -> Outcome {
        self.append(store, vec![append]).await.remove(0)
    }

    async fn read_stream(
        &self,
        store: &MemoryStore,
        request: ReadStream,
    ) -> Result<Page<StreamVersion>, StoreError> {
        store.read_stream(request).await
    }

    async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Result<Page<Position>, StoreError> {
        store.read_log(request).await
    }

    async fn head(&self, store: &MemoryStore) -> Result<Position, StoreError> {
        store.head().await
    }

    async fn find(&self, store: &MemoryStore, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        store.find(ids).await
    }

    async fn streams(
        &self,
        store: &MemoryStore,
        request: ListStreams,
    ) -> Result<Vec<StreamSummary>, StoreError> {
        store.streams(request).await
    }

    fn watch(&self, _store: &MemoryStore, sender: &WatchSender) -> Watch {
        sender.watch()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().gapless()
    }

    /// Opens what is in `place`.
    async fn open(&self, place: &MemoryStore) -> MemoryStore {
        place.clone()
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
        Broken { store, log, sender: Watch::channel().0, defect: Arc::clone(&self.defect) }
    }
}

pub(super) struct Broken<D> {
    store: MemoryStore,
    log: LogId,
    /// Of its own, since the store in memory does not end with this one.
    sender: WatchSender,
    defect: Arc<D>,
}

#[async_trait]
impl<D: Defect> EventAppender for Broken<D> {
    async fn append(&self, appends: Vec<Append>) -> Vec<Outcome> {
        let mut outcomes = self.defect.append(&self.store, appends).await;
        outcomes.iter_mut().flatten().for_each(|receipt| receipt.log = self.log);
        self.sender.wake();
        outcomes
    }

    async fn append_one(&self, append: Append) -> Outcome {
        let mut outcome = self.defect.append_one(&self.store, append).await;
        outcome.iter_mut().for_each(|receipt| receipt.log = self.log);
        self.sender.wake();
        outcome
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
        self.defect.watch(&self.store, &self.sender)
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}
