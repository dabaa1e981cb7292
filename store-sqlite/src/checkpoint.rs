use crate::{SqliteStore, error::Context, quarantine};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
};
use rusqlite::{Connection, OptionalExtension, Row};

#[async_trait]
impl CheckpointStore for SqliteStore {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        let key = key.clone();
        let doing = || "reading a checkpoint".to_owned();
        self.inner.readers.read(doing, move |connection, _| load(connection, &key)).await
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        let consumer = consumer.clone();
        let doing = || "listing the logs of a consumer".to_owned();
        let read = move |connection: &Connection, _: &mut _| {
            let mut list = connection.prepare_cached(include_str!("../sql/checkpoint/logs.sql"))?;
            list.query_map([consumer.as_str()], |row| row.get(0).map(LogId))?.collect()
        };
        self.inner.readers.read(doing, read).await
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.take(key, include_str!("../sql/checkpoint/claim.sql"), "claiming a checkpoint").await
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let work = move |connection: &Connection| move_checkpoint(connection, &advance);
        self.inner.writer.write("moving a checkpoint", work).await
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.take(key, include_str!("../sql/checkpoint/reset.sql"), "resetting a checkpoint").await
    }
}

impl SqliteStore {
    async fn take(
        &self,
        key: &CheckpointKey,
        sql: &'static str,
        doing: &'static str,
    ) -> Result<Checkpoint, StoreError> {
        let key = key.clone();
        let work = move |connection: &Connection| {
            let mut take = connection.prepare_cached(sql).doing(doing)?;
            take.query_row(place(&key), checkpoint).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }
}

/// Moves a checkpoint inside the open transaction, which may have been deposed or moved by another process before it
/// began.
pub(crate) fn move_checkpoint(connection: &Connection, advance: &Advance) -> Result<(), AdvanceError> {
    let doing = "moving a checkpoint";
    let moved = advance.apply_to(load(connection, &advance.key).doing(doing)?)?;
    let (consumer, log, partition) = place(&advance.key);
    let mut update = connection.prepare_cached(include_str!("../sql/checkpoint/advance.sql")).doing(doing)?;
    let to = moved.position.get() as i64;
    update.execute((consumer, log, partition, to, moved.epoch.get() as i64)).doing(doing)?;
    let doing = "changing what is in quarantine";
    Ok(quarantine::change(connection, &advance.key, &advance.quarantine).doing(doing)?)
}

fn load(connection: &Connection, key: &CheckpointKey) -> rusqlite::Result<Option<Checkpoint>> {
    let mut find = connection.prepare_cached(include_str!("../sql/checkpoint/load.sql"))?;
    find.query_row(place(key), checkpoint).optional()
}

pub(crate) fn place(key: &CheckpointKey) -> (&str, &uuid::Uuid, u16) {
    (key.consumer.as_str(), &key.log.0, key.partition)
}

pub(crate) fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    let (position, epoch): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(Checkpoint::new(Position::new(position as u64), Epoch::new(epoch as u64)))
}
