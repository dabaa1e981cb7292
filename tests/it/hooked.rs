use async_trait::async_trait;
use factum::{
    Append, AppendError, EventAppender, EventId, EventReader, EventStore, LogId, Position, Receipt,
    StoreError, StreamVersion,
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use futures_util::future::BoxFuture;
use tokio::task::yield_now;

/// What is done before the store is called.
type Hook = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// A store beside which something happens at each call.
pub(crate) struct Hooked<S> {
    store: S,
    before_reading: Hook,
    after_finding: Hook,
    before_appending: Hook,
}

impl<S: EventStore> Hooked<S> {
    pub(crate) fn new(store: S) -> Self {
        let nothing = || -> Hook { Box::new(|| Box::pin(std::future::ready(()))) };
        Self { store, before_reading: nothing(), after_finding: nothing(), before_appending: nothing() }
    }

    /// Lets others go on before each call: what a command has loaded is then often out of date when it appends, also where a
    /// store answers at once.
    pub(crate) fn giving_way(store: S) -> Self {
        Self::new(store).before_reading(yield_now).before_appending(yield_now)
    }

    pub(crate) fn before_reading<F>(mut self, hook: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.before_reading = Box::new(move || Box::pin(hook()));
        self
    }

    pub(crate) fn after_finding<F>(mut self, hook: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.after_finding = Box::new(move || Box::pin(hook()));
        self
    }

    pub(crate) fn before_appending<F>(mut self, hook: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.before_appending = Box::new(move || Box::pin(hook()));
        self
    }
}

#[async_trait]
impl<S: EventStore> EventAppender for Hooked<S> {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        (self.before_appending)().await;
        self.store.append(appends).await
    }
}

#[async_trait]
impl<S: EventStore> EventReader for Hooked<S> {
    fn log_id(&self) -> LogId {
        self.store.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        (self.before_reading)().await;
        self.store.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        (self.before_reading)().await;
        self.store.read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.store.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        (self.before_reading)().await;
        let found = self.store.find(ids).await;
        (self.after_finding)().await;
        found
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        EventReader::streams(&self.store, request).await
    }

    fn watch(&self) -> Watch {
        self.store.watch()
    }
}
