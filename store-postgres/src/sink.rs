use crate::{
    PgStore,
    checkpoint::move_checkpoint,
    error::{Context, IntoStoreError},
};
use async_trait::async_trait;
use factum_core::{
    ConsumerName, MessageKey, StoreError,
    checkpoint::{Advance, AdvanceError},
    sink::{CommitError, InboxSink, Sink, WorkError},
};
use sqlx::PgConnection;
use std::{fmt, future::Future, pin::Pin};

/// What a projection does inside a transaction of a [`PgStore`]: SQL of its own, or changes of documents.
pub struct PgWork(Box<Work>);

type Work = dyn for<'c> FnOnce(&'c mut PgConnection) -> Doing<'c> + Send;
type Doing<'c> = Pin<Box<dyn Future<Output = Result<(), WorkError>> + Send + 'c>>;

impl PgWork {
    /// Work that is done when it is committed, together with the projection's checkpoint.
    ///
    /// ```
    /// # use factum_store_postgres::{PgWork, sqlx};
    /// let work = PgWork::new(|connection| {
    ///     Box::pin(async move {
    ///         sqlx::query("UPDATE totals SET amount = amount + $1").bind(30_i64).execute(connection).await?;
    ///         Ok(())
    ///     })
    /// });
    /// # drop(work);
    /// ```
    ///
    /// The connection is inside the transaction, which the work must leave as it is: savepoints of its own are allowed. It
    /// has locked the checkpoint, so that whoever takes it over waits for the work to end.
    pub fn new(
        work: impl for<'c> FnOnce(
            &'c mut PgConnection,
        ) -> Pin<Box<dyn Future<Output = Result<(), WorkError>> + Send + 'c>>
        + Send
        + 'static,
    ) -> Self {
        Self(Box::new(work))
    }

    pub(crate) async fn run(self, connection: &mut PgConnection) -> Result<(), WorkError> {
        (self.0)(connection).await
    }
}

impl Default for PgWork {
    fn default() -> Self {
        Self::new(|_| Box::pin(async { Ok(()) }))
    }
}

impl fmt::Debug for PgWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PgWork")
    }
}

/// Whose fault it is that work has failed: its own, or nobody's, and then it may go better next time.
fn of_work(error: WorkError, doing: &str) -> CommitError {
    match error.downcast::<sqlx::Error>() {
        Ok(error) if may_pass(&error) => AdvanceError::from(error.into_store_error(doing.to_owned())).into(),
        Ok(error) => CommitError::Work(error),
        Err(error) => CommitError::Work(error),
    }
}

/// The connection has failed, the server has no room or is ending, or a transaction was in the way of another.
pub(crate) fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| crate::error::may_pass(&code)),
        _ => false,
    }
}

#[async_trait]
impl Sink for PgStore {
    type Work = PgWork;

    async fn commit(&self, work: PgWork, advance: Advance) -> Result<(), CommitError> {
        let doing = "committing a read model";
        let failed = |error: StoreError| CommitError::from(AdvanceError::from(error));
        let mut transaction = self.inner.pool.begin().await.doing(doing).map_err(failed)?;
        // First, so that a deposed owner has no effect at all.
        move_checkpoint(self, &mut transaction, &advance).await?;
        work.run(&mut transaction).await.map_err(|error| of_work(error, doing))?;
        transaction.commit().await.doing(doing).map_err(failed)
    }

    fn has_one_writer(&self) -> bool {
        false
    }
}

#[async_trait]
impl InboxSink for PgStore {
    async fn commit_received(
        &self,
        work: PgWork,
        advance: Advance,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<bool, CommitError> {
        let doing = "committing what a message has changed";
        let failed = |error: StoreError| CommitError::from(AdvanceError::from(error));
        let mut transaction = self.inner.pool.begin().await.doing(doing).map_err(failed)?;
        move_checkpoint(self, &mut transaction, &advance).await?;
        let new = self.receive_in(&mut transaction, consumer, messages).await.map_err(failed)?;
        if new.contains(&false) {
            transaction.rollback().await.doing(doing).map_err(failed)?;
            return Ok(false);
        }
        work.run(&mut transaction).await.map_err(|error| of_work(error, doing))?;
        transaction.commit().await.doing(doing).map_err(failed)?;
        Ok(true)
    }
}
