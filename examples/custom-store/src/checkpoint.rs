use crate::{FileStore, State, schema::Record};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError},
};
use std::collections::BTreeSet;

#[async_trait]
impl CheckpointStore for FileStore {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.read()?.index.checkpoints.get(key).copied())
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        let state = self.read()?;
        let keys = state.index.checkpoints.keys().filter(|key| key.consumer == *consumer);
        Ok(keys.map(|key| key.log).collect::<BTreeSet<_>>().into_iter().collect())
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut state = self.write()?;
        let current = state.index.checkpoints.get(key).copied().unwrap_or_default();
        state.keep(key, Checkpoint::new(current.position, current.epoch.next()))
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let mut state = self.write()?;
        let current = state.index.checkpoints.get(&advance.key).copied();
        let moved = advance.apply_to(current)?;
        if Some(moved) != current {
            state.keep(&advance.key, moved)?;
        }
        Ok(())
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut state = self.write()?;
        let current = state.index.checkpoints.get(key).copied().unwrap_or_default();
        state.keep(key, Checkpoint::new(Position::START, current.epoch.next()))
    }
}

impl State {
    fn keep(&mut self, key: &CheckpointKey, checkpoint: Checkpoint) -> Result<Checkpoint, StoreError> {
        self.change(Record::Checkpoint {
            consumer: key.consumer.clone(),
            log: key.log,
            partition: key.partition,
            position: checkpoint.position,
            epoch: checkpoint.epoch.get(),
        });
        self.flush()?;
        Ok(checkpoint)
    }
}
