use super::gate::{Call, Gate};
use async_trait::async_trait;
use factum_core::{
    Append, AppendError, EventAppender, EventId, EventReader, EventStore, LogId, Position, Receipt,
    StoreError, StreamVersion,
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::{fmt, sync::Arc};

/// The store that interleaved commands are sent to: each call waits for its turn before it reaches the store behind.
///
/// Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct GatedStore {
    store: Arc<dyn EventStore>,
    gate: Gate,
}

impl GatedStore {
    pub(super) const fn new(store: Arc<dyn EventStore>, gate: Gate) -> Self {
        Self { store, gate }
    }
}

#[async_trait]
impl EventReader for GatedStore {
    fn log_id(&self) -> LogId {
        self.store.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.gate.pass(Call::Load).await;
        self.store.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.gate.pass(Call::Load).await;
        self.store.read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.gate.pass(Call::Look).await;
        self.store.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.gate.pass(Call::Look).await;
        self.store.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.gate.pass(Call::Look).await;
        self.store.streams(request).await
    }

    fn watch(&self) -> Watch {
        self.store.watch()
    }
}

#[async_trait]
impl EventAppender for GatedStore {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let step = self.gate.pass(Call::Append).await;
        let outcomes = self.store.append(appends).await;
        let refused = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
        match refused {
            Some(AppendError::Conflict(_)) => self.gate.note(step, "conflict"),
            Some(_) => self.gate.note(step, "error"),
            None => {}
        }
        outcomes
    }
}

impl fmt::Debug for GatedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedStore").field("log", &self.log_id()).finish_non_exhaustive()
    }
}
