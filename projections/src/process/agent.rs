use super::session::Session;
use crate::{
    node::{Duty, Ended, lease_again},
    runner::Waiter,
};
use async_trait::async_trait;
use factum_core::{
    Causes, Checkpoint, LeaseStore, StoreError,
    bus::CommandBus,
    lease::{Group, NodeId},
    process::ProcessManager,
    sink::{Collection, DocumentSink},
    store::EventStore,
};
use std::{marker::PhantomData, num::NonZeroUsize, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Does what the instances of a process have asked for. Of all nodes, one does.
pub(super) struct Agent<P, K> {
    pub(super) sink: K,
    pub(super) store: Arc<dyn EventStore>,
    pub(super) commands: CommandBus,
    /// Of the projection that keeps what is to be done.
    pub(super) waiter: Waiter,
    pub(super) collection: Collection,
    pub(super) at_once: NonZeroUsize,
    pub(super) node: NodeId,
    pub(super) lease: Duration,
    pub(super) process: PhantomData<fn() -> P>,
}

#[async_trait]
impl<P: ProcessManager, K: DocumentSink> Duty for Agent<P, K> {
    fn leases(&self) -> &dyn LeaseStore {
        &self.sink
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
            let mut session = Session::new(self, group.key(number), checkpoint);
            let error = match session.run(stop).await {
                Ok(()) => return Ended::Stopped,
                Err(error) if error.is_deposed() => return Ended::Deposed,
                Err(error) => error,
            };
            failed = if session.has_worked { 1 } else { failed.saturating_add(1) };
            // Those that are under way are given up before anybody else may begin.
            drop(session);
            tracing::warn!(process = P::NAME, error = %Causes(&error), "agent will begin again");
            let (partition, holder) = ((group, number), (self.node, self.lease));
            checkpoint = match lease_again(&self.sink, partition, holder, &mut failed, stop).await {
                Ok(checkpoint) => checkpoint,
                Err(ended) => return ended,
            };
        }
    }

    fn waits(&self, error: StoreError) {
        tracing::warn!(process = P::NAME, error = %Causes(&error), "agent waits for the store");
    }
}
