use crate::{PgStore, error::Context, quarantine, sql::Statement};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
};
use tokio_postgres::Row;

#[async_trait]
impl CheckpointStore for PgStore {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        let database = &self.inner.database;
        let (consumer, log, partition) = place(key);
        let load = &database.sql.checkpoint.load;
        let rows = database.query("reading a checkpoint", load, &[&consumer, &log, &partition]).await?;
        Ok(rows.first().map(checkpoint))
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        let database = &self.inner.database;
        let logs = &database.sql.checkpoint.logs;
        let rows = database.query("listing the logs of a consumer", logs, &[&consumer.as_str()]).await?;
        Ok(rows.iter().map(|row| LogId(row.get(0))).collect())
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.take(key, &self.inner.database.sql.checkpoint.claim, "claiming a checkpoint").await
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let doing = "moving a checkpoint";
        if !advance.quarantine.is_empty() {
            let mut transaction = self.inner.pool.begin().await.doing(doing)?;
            move_checkpoint(self, &mut transaction, &advance).await?;
            return Ok(transaction.commit().await.doing(doing)?);
        }
        let database = &self.inner.database;
        let (consumer, log, partition) = place(&advance.key);
        let (to, epoch) = (advance.to.get() as i64, advance.epoch.get() as i64);
        let statement = &database.sql.checkpoint.advance;
        let moved = database.execute(doing, statement, &[&consumer, &log, &partition, &to, &epoch]).await?;
        if moved == 1 {
            return Ok(());
        }
        // Says why it was refused. If it would not be refused any more, somebody else has moved it back meanwhile.
        advance.apply_to(self.checkpoint(&advance.key).await?)?;
        Err(StoreError::unavailable(doing, "the checkpoint was reset at the same time").into())
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.take(key, &self.inner.database.sql.checkpoint.reset, "resetting a checkpoint").await
    }
}

impl PgStore {
    async fn take(
        &self,
        key: &CheckpointKey,
        statement: &Statement,
        doing: &'static str,
    ) -> Result<Checkpoint, StoreError> {
        let (consumer, log, partition) = place(key);
        let rows = self.inner.database.query(doing, statement, &[&consumer, &log, &partition]).await?;
        rows.first().map(checkpoint).ok_or_else(|| StoreError::new(doing, "the server gave no row"))
    }
}

/// Moves a checkpoint inside the caller's transaction, with what changes in quarantine. The row is locked from then on, so a new owner waits for the
/// transaction to end, and then has a later epoch.
pub(crate) async fn move_checkpoint(
    store: &PgStore,
    transaction: &mut sqlx::PgConnection,
    advance: &Advance,
) -> Result<(), AdvanceError> {
    let doing = "moving a checkpoint";
    let (consumer, log, partition) = place(&advance.key);
    let statement = &store.inner.database.sql.checkpoint;
    let persistent = store.inner.persistent;
    let moved = sqlx::query(sqlx::AssertSqlSafe(statement.commit.text.as_str()))
        .persistent(persistent)
        .bind(consumer)
        .bind(log)
        .bind(partition)
        .bind(advance.to.get() as i64)
        .bind(advance.epoch.get() as i64)
        .execute(&mut *transaction)
        .await
        .doing(doing)?;
    if moved.rows_affected() == 1 {
        let changed = quarantine::change(store, transaction, &advance.key, &advance.quarantine).await;
        return Ok(changed.doing("changing what is in quarantine")?);
    }
    let found: Option<(i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(statement.load.text.as_str()))
        .persistent(persistent)
        .bind(consumer)
        .bind(log)
        .bind(partition)
        .fetch_optional(&mut *transaction)
        .await
        .doing(doing)?;
    advance.apply_to(found.map(|(position, epoch)| made(position, epoch)))?;
    Err(StoreError::unavailable(doing, "the checkpoint was reset at the same time").into())
}

fn place(key: &CheckpointKey) -> (&str, uuid::Uuid, i32) {
    (key.consumer.as_str(), key.log.0, i32::from(key.partition))
}

pub(crate) fn checkpoint(row: &Row) -> Checkpoint {
    made(row.get(0), row.get(1))
}

pub(crate) const fn made(position: i64, epoch: i64) -> Checkpoint {
    Checkpoint::new(Position::new(position as u64), Epoch::new(epoch as u64))
}
