use crate::MemoryStore;
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError},
};
use std::collections::BTreeSet;

#[async_trait]
impl CheckpointStore for MemoryStore {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.read().checkpoints.get(key).copied())
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        let tables = self.read();
        let keys = tables.checkpoints.keys().filter(|key| key.consumer == *consumer);
        Ok(keys.map(|key| key.log).collect::<BTreeSet<_>>().into_iter().collect())
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut tables = self.write();
        tables.free(key);
        let checkpoint = tables.checkpoints.entry(key.clone()).or_default();
        checkpoint.epoch = checkpoint.epoch.next();
        Ok(*checkpoint)
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let mut tables = self.write();
        let moved = advance.apply_to(tables.checkpoints.get(&advance.key).copied())?;
        tables.move_checkpoint(advance, moved, self.clock().now());
        Ok(())
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut tables = self.write();
        tables.free(key);
        let checkpoint = tables.checkpoints.entry(key.clone()).or_default();
        *checkpoint = Checkpoint::new(Position::START, checkpoint.epoch.next());
        Ok(*checkpoint)
    }
}
