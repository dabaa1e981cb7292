use async_trait::async_trait;
use factum::{
    Append, AppendError, EventAppender, EventId, EventReader, LogId, Position, Receipt, StoreError,
    StreamVersion,
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use factum_store_memory::MemoryStore;
use std::sync::{Arc, Mutex};

/// A store whose reads of the log fail as told, and whose wake-ups get lost.
#[derive(Clone, Debug)]
pub(crate) struct Faulty {
    pub(crate) inner: MemoryStore,
    /// The errors of the next reads.
    errors: Arc<Mutex<Vec<StoreError>>>,
}

impl Faulty {
    pub(crate) fn new() -> Self {
        Self { inner: MemoryStore::new(), errors: Arc::default() }
    }

    /// The next reads fail like this, the first with the last.
    pub(crate) fn fail(&self, errors: impl IntoIterator<Item = StoreError>) {
        self.errors.lock().unwrap().extend(errors);
    }

    pub(crate) fn faults_left(&self) -> usize {
        self.errors.lock().unwrap().len()
    }
}

#[async_trait]
impl EventReader for Faulty {
    fn log_id(&self) -> LogId {
        self.inner.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.inner.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        let error = self.errors.lock().unwrap().pop();
        match error {
            Some(error) => Err(error),
            None => self.inner.read_log(request).await,
        }
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.inner.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.inner.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.inner.streams(request).await
    }

    fn watch(&self) -> Watch {
        Watch::channel().1
    }
}

#[async_trait]
impl EventAppender for Faulty {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        self.inner.append(appends).await
    }
}
