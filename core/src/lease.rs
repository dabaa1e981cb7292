//! Leases: how the nodes that run one consumer share its partitions.

use crate::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError, Timestamp,
    id::uuid_newtype, store::clock,
};
use async_trait::async_trait;
use std::{fmt, time::Duration};

uuid_newtype! {
    /// Names one runner of a consumer, drawn when it starts: a process that is started again is another node.
    NodeId
}

/// All who run one consumer of one log, and into how many partitions they part it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Group {
    /// Whom they run.
    pub consumer: ConsumerName,
    /// Of which log.
    pub log: LogId,
    /// How many partitions there are, numbered from 0.
    pub partitions: u16,
    /// After which position it begins, if it has never run before.
    pub start: Position,
}

impl Group {
    /// Those who run `consumer` over `log` in so many partitions, at least one.
    #[must_use]
    pub fn new(consumer: ConsumerName, log: LogId, partitions: u16) -> Self {
        Self { consumer, log, partitions: partitions.max(1), start: Position::START }
    }

    /// If it has never run before, it begins after this position.
    #[must_use]
    pub const fn start(mut self, start: Position) -> Self {
        self.start = start;
        self
    }

    /// The checkpoint of one of the partitions.
    #[must_use]
    pub fn key(&self, partition: u16) -> CheckpointKey {
        CheckpointKey::new(self.consumer.clone(), self.log).partition(partition)
    }

    /// That the store knows it with so many partitions. For stores.
    #[must_use]
    pub fn has_another_number(&self, partitions: u16) -> StoreError {
        let why = format!(
            "it has {partitions}, and that cannot change; make its read model anew with another number, by raising the \
             projection's version"
        );
        StoreError::incompatible(format!("running {self}"), why)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} partitions of log {}", self.consumer, self.partitions, self.log)
    }
}

/// Whose a partition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The partition's checkpoint.
    pub checkpoint: Checkpoint,
    /// Who has it; `None` if it is free for everybody.
    pub holder: Option<NodeId>,
}

impl Lease {
    /// A lease. For stores.
    #[must_use]
    pub const fn new(checkpoint: Checkpoint, holder: Option<NodeId>) -> Self {
        Self { checkpoint, holder }
    }
}

/// Who is there, and who has what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Roll {
    /// How many nodes have said lately that they are there, with the one that asks.
    pub nodes: usize,
    /// The lease of each partition, by number.
    pub leases: Vec<Lease>,
}

impl Roll {
    /// Everything up to here is applied in all partitions.
    #[must_use]
    pub fn position(&self) -> Position {
        self.leases.iter().map(|lease| lease.checkpoint.position).min().unwrap_or_default()
    }

    /// What [`LeaseStore::beat`] tells. For stores.
    #[must_use]
    pub const fn new(nodes: usize, leases: Vec<Lease>) -> Self {
        Self { nodes, leases }
    }
}

/// Lets nodes share the partitions of a consumer: each partition has at most one holder at a time, and one whose holder
/// has gone is free again after a while.
///
/// # Guarantees
/// Time is that of the store's clock, whatever the nodes' own clocks say. A lease alone protects nothing, since a node may
/// be held up for longer than it lasts: whoever is given a partition is given a new epoch of its checkpoint, so that from
/// then on nobody else can move it, nor commit anything together with it ([`AdvanceError::Fenced`]).
///
/// No session of the store is held open, so it works behind a pooler.
///
/// [`AdvanceError::Fenced`]: crate::checkpoint::AdvanceError::Fenced
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no leases",
    label = "this should let nodes share partitions",
    note = "use a store that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl LeaseStore for {Self}`"
)]
#[async_trait]
pub trait LeaseStore: CheckpointStore {
    /// What time it is by the store's clock, which leases go by, and the times at which events were recorded: on a server,
    /// that of the database; in this process, the [`Clock`](crate::store::Clock) that the store was given, which is the
    /// system's by default.
    ///
    /// All nodes that share the store are told the same time, whatever their own clocks say. It does not go back, unless
    /// somebody sets that clock back.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be asked.
    async fn now(&self) -> Result<Timestamp, StoreError>;

    /// Waits until the store's clock shows `time` or later, and says what it shows then. Never returns early.
    ///
    /// # Implementor's duties
    /// None: what is provided here asks for the time, sleeps for as long as is missing, a minute at most, and asks again. A
    /// store with a clock that may go otherwise than time does waits by that clock.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be asked.
    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        clock::wait_until(self, time).await
    }

    /// Says that `node` is there for the next `ttl`, extends the leases that it has by as much, and tells who has what. The
    /// first beat of a group makes its checkpoints, all at [`Group::start`].
    ///
    /// # Implementor's duties
    /// Wait for nobody who is committing: leave the lease of a checkpoint that is locked as it is.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed, or the group has another number of partitions
    /// ([`StoreError::is_incompatible`]), which cannot change: a partition's checkpoint says nothing of other partitions. A
    /// consumer that was run without a group before, by [claiming](CheckpointStore::claim) its checkpoint, has one.
    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError>;

    /// Gives `node` a partition for `ttl`, if nobody else has it: its epoch grows by one. `None` if somebody does, or
    /// somebody is committing to it right now, or the group has never beaten.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError>;

    /// Gives back a partition that `node` has, so that others need not wait for the lease to end. Changes nothing if `node`
    /// does not have it.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError>;

    /// Says that `node` is not there any more, and gives back all that it has.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError>;

    /// All groups that have ever beaten, in the order of their consumers' names by bytes, with who is there and who has what.
    /// Changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError>;
}
