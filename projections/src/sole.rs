//! Work that one of all nodes does: by a lease in a store, so that another node goes on when the one that has it is stopped or
//! dies.
//!
//! It is for components of an app that do something outside of it, and must not do it side by side: a schedule, a consumer of a
//! broker's messages that keeps them in order.

use crate::node::{Background, Duty, Ended, Node, lease_again};
use async_trait::async_trait;
use factum_core::{
    Causes, Checkpoint, CheckpointKey, ConsumerName, LeaseStore, LogId, Position, StoreError,
    app::Running,
    checkpoint::{Advance, AdvanceError, Epoch},
    lease::{Group, NodeId},
    projection::ProjectionError,
    sink::CommitError,
};
use futures_util::FutureExt as _;
use std::{fmt, panic::AssertUnwindSafe, time::Duration};
use tokio_util::sync::CancellationToken;

/// Work that one of all nodes does.
#[async_trait]
pub trait Sole: Send + Sync + 'static {
    /// Does it until the turn [has ended](Turn::ended). What it keeps in the store it commits with [`Turn::advance`], which is refused
    /// when another node has the turn.
    ///
    /// # Errors
    /// Why it cannot go on. It begins again after a pause, here or on another node.
    async fn run(&self, turn: &Turn) -> Result<(), CommitError>;
}

/// The time for which a node does the work.
#[derive(Clone)]
pub struct Turn {
    key: CheckpointKey,
    epoch: Epoch,
    stop: CancellationToken,
}

impl Turn {
    /// Waits until the node has to end its work.
    pub async fn ended(&self) {
        self.stop.cancelled().await;
    }

    /// Whether the node has to end its work.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// A move that goes nowhere, and is refused as [fenced](AdvanceError::Fenced) if another node has the turn: what is committed with
    /// it is committed by whoever has it.
    #[must_use]
    pub fn advance(&self) -> Advance {
        Advance::new(self.key.clone(), self.epoch, Position::START)
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, epoch, .. } = self;
        f.debug_struct("Turn").field("key", key).field("epoch", epoch).finish_non_exhaustive()
    }
}

/// Does `work` here or on another node, whichever has the lease of `consumer` on `log`. A node that says nothing for as long as
/// `lease` has lost it.
///
/// # Panics
/// Outside a tokio runtime.
pub fn start<K: LeaseStore, W: Sole>(
    leases: K,
    log: LogId,
    consumer: ConsumerName,
    lease: Duration,
    work: W,
) -> impl Running {
    start_several(leases, log, consumer, lease, 1, work)
}

/// As [`start`], but so many times at once, over all nodes, which share them evenly.
///
/// # Panics
/// Outside a tokio runtime.
pub fn start_several<K: LeaseStore, W: Sole>(
    leases: K,
    log: LogId,
    consumer: ConsumerName,
    lease: Duration,
    times: u16,
    work: W,
) -> impl Running {
    let (node, name) = (NodeId::random(), consumer.to_string());
    let group = Group::new(consumer, log, times);
    Background::start(
        name,
        Node::new(std::sync::Arc::new(Held { leases, work, node, lease }), group, node, lease),
    )
}

struct Held<K, W> {
    leases: K,
    work: W,
    node: NodeId,
    lease: Duration,
}

#[async_trait]
impl<K: LeaseStore, W: Sole> Duty for Held<K, W> {
    fn leases(&self) -> &dyn LeaseStore {
        &self.leases
    }

    async fn hold(
        &self,
        group: &Group,
        number: u16,
        mut checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Ended {
        let mut failed = 0_u32;
        loop {
            let turn = Turn { key: group.key(number), epoch: checkpoint.epoch, stop: stop.clone() };
            let error = match AssertUnwindSafe(self.work.run(&turn)).catch_unwind().await {
                Ok(Ok(())) => return Ended::Stopped,
                Ok(Err(CommitError::Advance(AdvanceError::Fenced { .. }))) => return Ended::Deposed,
                Ok(Err(error)) => error,
                Err(panic) => CommitError::Work(Box::new(ProjectionError::panicked(panic))),
            };
            tracing::warn!(consumer = %group.consumer, error = %Causes(&error), "it will begin again");
            failed = failed.saturating_add(1);
            let (partition, holder) = ((group, number), (self.node, self.lease));
            checkpoint = match lease_again(&self.leases, partition, holder, &mut failed, stop).await {
                Ok(checkpoint) => checkpoint,
                Err(ended) => return ended,
            };
        }
    }

    fn waits(&self, error: StoreError) {
        tracing::warn!(error = %Causes(&error), "the store is waited for");
    }
}
