use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, QuarantineStore, StoreError,
    Timestamp,
    checkpoint::{Advance, AdvanceError},
    lease::{Group, LeaseStore, NodeId, Roll},
    quarantine::{Asked, Lane, ListParked, Parked, Request},
    sink::{CommitError, GenerationStore, Generations, Removal, Repair, RepairId, Sink},
};
use std::{
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time};

/// What happens at a commit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// It fails, and is not made.
    Refused,
    /// It is made, and fails for whoever has asked for it.
    Unanswered,
    /// Whoever has asked for it is not there any more, and it is not made.
    Crash,
}

/// At which commits it happens: once for each batch, or for one batch only, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faults {
    pub(super) fault: Fault,
    pub(super) only: Option<usize>,
}

/// A sink with faults.
#[derive(Clone)]
pub(super) struct Faulty<K> {
    inner: K,
    script: Arc<Script>,
}

struct Script {
    faults: Option<Faults>,
    crashed: Notify,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Batches that have come to their commit, and where the last one ends.
    batches: usize,
    last: Position,
    /// Whether time is paused, so that nobody has to wait until the runner tries again.
    paused: bool,
    /// Whether it has been seen that there was nothing of the read model at first.
    new: bool,
}

impl<K> Faulty<K> {
    pub(super) fn new(inner: K, faults: Option<Faults>) -> Self {
        let script = Script { faults, crashed: Notify::new(), state: Mutex::default() };
        Self { inner, script: Arc::new(script) }
    }

    pub(super) const fn inner(&self) -> &K {
        &self.inner
    }

    /// Waits until a runner crashes.
    pub(super) async fn crashed(&self) {
        self.script.crashed.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.script.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens at the commit of a batch that ends here.
    fn next(&self, to: Position) -> Option<Fault> {
        let Faults { fault, only } = self.script.faults?;
        let mut state = self.state();
        // One that comes again is let through.
        if to <= state.last {
            return None;
        }
        (state.batches, state.last) = (state.batches + 1, to);
        only.is_none_or(|only| only == state.batches).then_some(fault)
    }

    /// An error after which the runner begins again at its checkpoint.
    fn fails(&self) -> CommitError {
        let mut state = self.state();
        if !std::mem::replace(&mut state.paused, true) {
            time::pause();
        }
        AdvanceError::from(StoreError::unavailable("committing", "the check wants it so")).into()
    }

    /// The runner has begun again.
    fn goes_on(&self) {
        if std::mem::take(&mut self.state().paused) {
            time::resume();
        }
    }
}

#[async_trait]
impl<K: CheckpointStore> CheckpointStore for Faulty<K> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        self.inner.checkpoint(key).await
    }

    /// The runner asks before it does anything else.
    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        let logs = self.inner.logs(consumer).await?;
        if !std::mem::replace(&mut self.state().new, true) && !logs.is_empty() {
            let why = "it has a read model of this name already: each run needs a sink of its own";
            return Err(StoreError::incompatible("looking at an empty sink", why));
        }
        Ok(logs)
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.inner.claim(key).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        self.inner.advance(advance).await
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.inner.reset(key).await
    }
}

#[async_trait]
impl<K: LeaseStore> LeaseStore for Faulty<K> {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.inner.now().await
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        self.inner.wait_until(time).await
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        self.inner.beat(group, node, ttl).await
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        self.goes_on();
        self.inner.lease(group, partition, node, ttl).await
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        self.inner.release(key, node).await
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        self.inner.groups().await
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        self.inner.leave(group, node).await
    }
}

#[async_trait]
impl<K: QuarantineStore> QuarantineStore for Faulty<K> {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        self.inner.parked(request).await
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        self.inner.quarantines().await
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        self.inner.request(consumer, log, lane, first, request).await
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        self.inner.requests(key).await
    }
}

#[async_trait]
impl<K: GenerationStore> GenerationStore for Faulty<K> {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        self.inner.generations(consumer).await
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        self.inner.rebuild(consumer, hold).await
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        self.inner.activate(consumer, log, generation).await
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.inner.release_generation(consumer).await
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.inner.abandon(consumer).await
    }

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        self.inner.remove_generation(consumer, generation).await
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        self.inner.repair(consumer, log, document).await
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        self.inner.repairs(consumer, log, document).await
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        self.inner.repaired(consumer, log, repair, failure).await
    }
}

#[async_trait]
impl<K: Sink> Sink for Faulty<K> {
    type Work = K::Work;

    async fn commit(&self, work: K::Work, advance: Advance) -> Result<(), CommitError> {
        match self.next(advance.to) {
            None => self.inner.commit(work, advance).await,
            Some(Fault::Refused) => Err(self.fails()),
            Some(Fault::Unanswered) => {
                self.inner.commit(work, advance).await?;
                Err(self.fails())
            }
            Some(Fault::Crash) => {
                self.script.crashed.notify_one();
                pending().await
            }
        }
    }

    fn has_one_writer(&self) -> bool {
        self.inner.has_one_writer()
    }
}
