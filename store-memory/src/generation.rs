use crate::MemoryStore;
use async_trait::async_trait;
use factum_core::{
    CheckpointKey, ConsumerName, LogId, Position, StoreError,
    sink::{Collection, GenerationStore, Generations, Removal, Repair, RepairId},
};

/// Repairs that are listed at once.
const LISTED: usize = 1_000;

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

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        let name =
            consumer.generation(generation).map_err(|e| StoreError::new("removing a generation", e))?;
        let mut tables = self.write();
        let now = self.clock().now();
        let Generations { active, filling, .. } =
            tables.generations.get(consumer).copied().unwrap_or_default().generations;
        if active == generation {
            return Ok(Removal::Active);
        }
        if filling == Some(generation) {
            return Ok(Removal::Filling);
        }
        if tables.members.iter().any(|((of, _), members)| *of == name && members.is_run(now)) {
            return Ok(Removal::Running);
        }
        tables.members.retain(|(of, _), _| *of != name);
        tables.checkpoints.retain(|key, _| key.consumer != name);
        tables.quarantine.retain(|(of, _), _| *of != name);
        tables.repairs.retain(|(of, _), _| *of != name);
        if let Some(collection) = Collection::of(consumer) {
            tables.documents.remove(&collection.in_generation(generation));
        }
        Ok(Removal::Removed)
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        let mut tables = self.write();
        let repairs = tables.repairs.entry((consumer.clone(), log)).or_default();
        let repair = Repair::new(document, RepairId::random());
        let id = repair.id;
        repairs.retain(|repair| repair.document != document);
        repairs.push(repair);
        Ok(id)
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        let tables = self.read();
        let all = tables.repairs.get(&(consumer.clone(), log)).into_iter().flatten();
        let asked = all.filter(|repair| document.is_none_or(|document| repair.document == document));
        let (waiting, failed): (Vec<_>, Vec<_>) = asked.partition(|repair| repair.failure.is_none());
        Ok(waiting.into_iter().chain(failed).take(LISTED).cloned().collect())
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tables = self.write();
        let Some(repairs) = tables.repairs.get_mut(&(consumer.clone(), log)) else { return Ok(()) };
        match failure {
            None => repairs.retain(|found| found.id != repair),
            Some(why) => {
                let found = repairs.iter_mut().find(|found| found.id == repair);
                if let Some(found) = found {
                    found.failure = Some(why.to_owned());
                }
            }
        }
        Ok(())
    }
}
