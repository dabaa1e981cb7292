use crate::MemoryStore;
use async_trait::async_trait;
use factum_core::{
    CheckpointKey, ConsumerName, LogId, Position, StoreError,
    sink::{GenerationStore, Generations},
};

/// The generations of a read model, and the number of the last one that was begun.
#[derive(Clone, Copy, Default)]
pub(crate) struct Begun {
    pub(crate) generations: Generations,
    last: u32,
}

#[async_trait]
impl GenerationStore for MemoryStore {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        Ok(self.read().generations.get(consumer).copied().unwrap_or_default().generations)
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        let mut tables = self.write();
        let begun = tables.generations.entry(consumer.clone()).or_default();
        let filling = begun.generations.filling.unwrap_or(begun.last + 1);
        begun.last = filling;
        begun.generations = Generations::new(begun.generations.active, Some(filling), hold);
        Ok(filling)
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        let mut tables = self.write();
        let Some(begun) = tables.generations.get(consumer).copied() else { return Ok(false) };
        let Generations { active, filling, is_held, .. } = begun.generations;
        if filling != Some(generation) || is_held {
            return Ok(false);
        }
        let positions = |generation| -> Result<Vec<Position>, StoreError> {
            let consumer = consumer.generation(generation);
            let consumer = consumer.map_err(|e| StoreError::new("activating a generation", e))?;
            let partitions =
                tables.members.get(&(consumer.clone(), log)).map_or(0, |members| members.partitions);
            let key = |n| CheckpointKey::new(consumer.clone(), log).partition(n);
            let position = |n| tables.checkpoints.get(&key(n)).map_or(Position::START, |c| c.position);
            Ok((0..partitions).map(position).collect())
        };
        let (old, new) = (positions(active)?, positions(generation)?);
        let is_as_far = match old.len() == new.len() {
            true => new.iter().zip(&old).all(|(new, old)| new >= old),
            false => !new.is_empty() && new.iter().min() >= old.iter().max(),
        };
        if is_as_far && !new.is_empty() {
            let begun = tables.generations.entry(consumer.clone()).or_default();
            begun.generations = Generations::new(generation, None, false);
        }
        Ok(is_as_far && !new.is_empty())
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        if let Some(begun) = self.write().generations.get_mut(consumer) {
            begun.generations.is_held = false;
        }
        Ok(())
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        if let Some(begun) = self.write().generations.get_mut(consumer) {
            begun.generations = Generations::new(begun.generations.active, None, false);
        }
        Ok(())
    }
}
