//! Stores of generations, with a defect. Their checkpoints are those of a store that has none.

mod activate;
mod begin;
mod give_up;

use super::others_go_first;
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, StoreError, Timestamp,
    checkpoint::{Advance, AdvanceError},
    lease::{Group, LeaseStore, NodeId, Roll},
    sink::{GenerationStore, Generations, Removal, Repair, RepairId},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::{Fixture, generations::cases};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The generations of a consumer, and the number of the last one that was begun.
#[derive(Clone, Copy, Default)]
struct Begun {
    active: u32,
    filling: Option<u32>,
    held: bool,
    last: u32,
}

type Kept = BTreeMap<String, Begun>;

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// What the generations of a consumer are kept under.
    fn place(&self, consumer: &ConsumerName) -> String {
        consumer.to_string()
    }

    fn begin(&self, begun: &mut Begun, hold: bool) -> u32 {
        let number = begun.filling.unwrap_or(begun.last + 1);
        (begun.filling, begun.held, begun.last) = (Some(number), hold, number);
        number
    }

    /// Whether a generation can be activated, however far it has come.
    fn may_be_active(&self, begun: &Begun, generation: u32) -> bool {
        begun.filling == Some(generation) && !begun.held
    }

    /// The generation that it has to have come as far as.
    fn compared_with(&self, begun: &Begun) -> u32 {
        begun.active
    }

    /// By the positions of the partitions.
    fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
        !new.is_empty()
            && match new.len() == old.len() {
                true => new.iter().zip(old).all(|(new, old)| new >= old),
                false => new.iter().min() >= old.iter().max(),
            }
    }

    fn activate(&self, begun: &mut Begun, generation: u32) {
        (begun.active, begun.filling) = (generation, None);
    }

    fn release(&self, begun: &mut Begun) {
        begun.held = false;
    }

    fn abandon(&self, begun: &mut Begun) {
        (begun.filling, begun.held) = (None, false);
    }

    /// The log whose checkpoints are compared, of those that the consumer has.
    fn log(&self, asked: LogId, _all: &[LogId]) -> LogId {
        asked
    }

    /// Whether others can come between looking and writing.
    fn lets_others_between(&self) -> bool {
        false
    }

    /// What is left when it is opened again.
    fn open(&self, _kept: &mut Kept) {}
}

struct Place<D> {
    checkpoints: MemoryStore,
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { checkpoints: MemoryStore::new(), kept: Arc::default(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let (kept, defect) = (Arc::clone(&self.kept), Arc::clone(&self.defect));
        let store = Broken { checkpoints: self.checkpoints.clone(), kept, defect };
        self.defect.open(&mut store.kept());
        store
    }
}

struct Broken<D> {
    checkpoints: MemoryStore,
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Broken<D> {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, consumer: &ConsumerName, change: impl FnOnce(&mut Begun) -> T) -> T {
        change(self.kept().entry(self.defect.place(consumer)).or_default())
    }

    async fn positions(&self, consumer: &ConsumerName, generation: u32, log: LogId) -> Vec<u64> {
        let consumer = consumer.generation(generation).unwrap();
        let log = self.defect.log(log, &self.checkpoints.logs(&consumer).await.unwrap());
        let (groups, mut positions) = (self.checkpoints.groups().await.unwrap(), Vec::new());
        for (_, roll) in groups.iter().filter(|(group, _)| group.consumer == consumer && group.log == log) {
            positions.extend(roll.leases.iter().map(|lease| lease.checkpoint.position.get()));
        }
        positions
    }
}

#[async_trait]
impl<D: Defect> GenerationStore for Broken<D> {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        let Begun { active, filling, held, .. } = self.change(consumer, |begun| *begun);
        Ok(Generations::new(active, filling, held))
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        let mut before = self.change(consumer, |begun| *begun);
        if self.defect.lets_others_between() {
            others_go_first().await;
            let number = self.defect.begin(&mut before, hold);
            self.change(consumer, |begun| *begun = Begun { last: begun.last + 1, ..before });
            return Ok(self.change(consumer, |begun| begun.last.max(number)));
        }
        Ok(self.change(consumer, |begun| self.defect.begin(begun, hold)))
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        let before = self.change(consumer, |begun| *begun);
        let old = self.positions(consumer, self.defect.compared_with(&before), log).await;
        let new = self.positions(consumer, generation, log).await;
        if self.defect.lets_others_between() {
            others_go_first().await;
        }
        Ok(self.change(consumer, |begun| {
            let looked_at = if self.defect.lets_others_between() { before } else { *begun };
            let may = self.defect.may_be_active(&looked_at, generation) && self.defect.is_as_far(&new, &old);
            if may {
                self.defect.activate(begun, generation);
            }
            may
        }))
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.change(consumer, |begun| self.defect.release(begun));
        Ok(())
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.change(consumer, |begun| self.defect.abandon(begun));
        Ok(())
    }

    // Those that the cases of sinks are about.
    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        self.checkpoints.remove_generation(consumer, generation).await
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        self.checkpoints.repair(consumer, log, document).await
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        self.checkpoints.repairs(consumer, log, document).await
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        self.checkpoints.repaired(consumer, log, repair, failure).await
    }
}

#[async_trait]
impl<D: Defect> CheckpointStore for Broken<D> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        self.checkpoints.checkpoint(key).await
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        self.checkpoints.logs(consumer).await
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.checkpoints.claim(key).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        self.checkpoints.advance(advance).await
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.checkpoints.reset(key).await
    }
}

#[async_trait]
impl<D: Defect> LeaseStore for Broken<D> {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.checkpoints.now().await
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        self.checkpoints.wait_until(time).await
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        self.checkpoints.beat(group, node, ttl).await
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        self.checkpoints.lease(group, partition, node, ttl).await
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        self.checkpoints.release(key, node).await
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        self.checkpoints.leave(group, node).await
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        self.checkpoints.groups().await
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}
