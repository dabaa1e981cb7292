use async_trait::async_trait;
use factum_core::{
    Checkpoint, LeaseStore, Position, StoreError,
    lease::{Group, Roll},
};
use std::{error::Error, sync::Arc};
use tokio_util::sync::CancellationToken;

/// What a node does with the partitions that it has.
#[async_trait]
pub(crate) trait Duty: Send + Sync + 'static {
    /// Where the leases are kept.
    fn leases(&self) -> &dyn LeaseStore;

    /// After which position the group begins, if it has never run before. Asked before the first beat. By default its place is
    /// not one in the log.
    async fn begin(&self, _group: &Group) -> Result<Position, StoreError> {
        Ok(Position::START)
    }

    /// Sees to a partition from its checkpoint on, until it is told to stop, somebody else has the partition, or trying again
    /// cannot help. The node gives it back then.
    async fn hold(
        &self,
        group: &Group,
        number: u16,
        checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Ended;

    /// What the store says of who has what.
    fn heard(&self, _roll: &Roll) {}

    /// A partition is not held here any more.
    fn left(&self, _number: u16) {}

    /// The node is about to end, and to wait for what is held.
    fn leaves(&self) {}

    /// The store cannot be reached, and nothing is held here.
    fn waits(&self, _error: StoreError) {}

    /// Until somebody wants to hear at once of partitions that others have.
    async fn asked(&self) {
        std::future::pending::<()>().await;
    }

    /// Whether somebody still does.
    fn is_asked(&self) -> bool {
        false
    }
}

/// Why a partition is not held any more, or how a node has ended.
#[derive(Clone)]
pub(crate) enum Ended {
    /// It was told to stop.
    Stopped,
    /// Another node has the partition.
    Deposed,
    /// Trying again cannot help.
    Failed(Arc<dyn Error + Send + Sync>),
    /// Code panicked where no event can be blamed.
    Panicked,
}
