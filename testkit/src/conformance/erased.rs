//! Fixtures whose type is forgotten, so that the cases are compiled once, and not for each fixture.

use super::Fixture;
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, EventStore, InboxStore, LeaseStore, LogId,
    MessageKey, Position, QuarantineStore, Snapshot, SnapshotStore, StoreError, StreamId, Timestamp,
    checkpoint::{Advance, AdvanceError},
    lease::{Group, NodeId, Roll},
    quarantine::{Asked, Lane, ListParked, Parked, Request},
    sink::{GenerationStore, Generations, Removal, Repair, RepairId},
};
use std::{sync::Arc, time::Duration};

/// What the quarantine suite tests: events get into a quarantine together with the move of a checkpoint.
pub(super) trait QuarantinedCheckpoints: CheckpointStore + QuarantineStore {}

impl<T: CheckpointStore + QuarantineStore> QuarantinedCheckpoints for T {}

/// What the generation suite tests: whether a generation has come as far as another is told by the checkpoints of both.
pub(super) trait LeasedGenerations: LeaseStore + GenerationStore {}

impl<T: LeaseStore + GenerationStore> LeasedGenerations for T {}

/// A fixture for stores that are a `T`.
pub(super) struct Erased<T: ?Sized>(Box<dyn Open<T>>);

#[async_trait]
trait Open<T: ?Sized>: Send + Sync {
    async fn open(&self) -> Arc<T>;
    async fn another(&self) -> Box<dyn Open<T>>;
}

/// A store of a fixture whose type is forgotten.
pub(super) struct Opened<T: ?Sized>(Arc<T>);

macro_rules! erase {
    ($store:ident as $opened:ty) => {
        impl Erased<dyn $store> {
            pub(super) fn new(fixture: impl Fixture<Store: $store>) -> Self {
                Self(Box::new(fixture))
            }
        }

        #[async_trait]
        impl<F: Fixture<Store: $store>> Open<dyn $store> for F {
            async fn open(&self) -> Arc<dyn $store> {
                Arc::new(Fixture::open(self).await)
            }

            async fn another(&self) -> Box<dyn Open<dyn $store>> {
                Box::new(Fixture::another(self).await)
            }
        }

        impl Fixture for Erased<dyn $store> {
            type Store = $opened;

            async fn make() -> Self {
                unreachable!("it is made of a fixture")
            }

            async fn open(&self) -> Self::Store {
                let store = self.0.open().await;
                store.into()
            }

            async fn another(&self) -> Self {
                Self(self.0.another().await)
            }
        }
    };
}

erase!(EventStore as Arc<dyn EventStore>);
erase!(CheckpointStore as Opened<dyn CheckpointStore>);
erase!(InboxStore as Opened<dyn InboxStore>);
erase!(LeaseStore as Opened<dyn LeaseStore>);
erase!(QuarantinedCheckpoints as Opened<dyn QuarantinedCheckpoints>);
erase!(LeasedGenerations as Opened<dyn LeasedGenerations>);
erase!(SnapshotStore as Opened<dyn SnapshotStore>);

impl<T: ?Sized> From<Arc<T>> for Opened<T> {
    fn from(store: Arc<T>) -> Self {
        Self(store)
    }
}

#[async_trait]
impl<T: CheckpointStore + ?Sized> CheckpointStore for Opened<T> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        self.0.checkpoint(key).await
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        self.0.logs(consumer).await
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.0.claim(key).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        self.0.advance(advance).await
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.0.reset(key).await
    }
}

#[async_trait]
impl InboxStore for Opened<dyn InboxStore> {
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        self.0.receive(consumer, messages).await
    }

    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        self.0.received(consumer, messages).await
    }

    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError> {
        self.0.forget(consumer, time).await
    }
}

#[async_trait]
impl<T: LeaseStore + ?Sized> LeaseStore for Opened<T> {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.0.now().await
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        self.0.wait_until(time).await
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        self.0.beat(group, node, ttl).await
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        self.0.lease(group, partition, node, ttl).await
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        self.0.release(key, node).await
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        self.0.groups().await
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        self.0.leave(group, node).await
    }
}

#[async_trait]
impl QuarantineStore for Opened<dyn QuarantinedCheckpoints> {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        self.0.parked(request).await
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        self.0.quarantines().await
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        self.0.request(consumer, log, lane, first, request).await
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        self.0.requests(key).await
    }
}

#[async_trait]
impl GenerationStore for Opened<dyn LeasedGenerations> {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        self.0.generations(consumer).await
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        self.0.rebuild(consumer, hold).await
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        self.0.activate(consumer, log, generation).await
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.0.release_generation(consumer).await
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.0.abandon(consumer).await
    }

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        self.0.remove_generation(consumer, generation).await
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        self.0.repair(consumer, log, document).await
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        self.0.repairs(consumer, log, document).await
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        self.0.repaired(consumer, log, repair, failure).await
    }
}

#[async_trait]
impl SnapshotStore for Opened<dyn SnapshotStore> {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        self.0.load_snapshot(stream, schema).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.0.save_snapshot(snapshot).await
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        self.0.delete_snapshots(stream).await
    }
}
