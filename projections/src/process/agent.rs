use super::session::Session;
use crate::{
    node::{CALLS, Duty, Ended},
    runner::Waiter,
};
use async_trait::async_trait;
use factum_core::{
    Causes, Checkpoint, LeaseStore, Position, StoreError,
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

    async fn begin(&self, _: &Group) -> Result<Position, StoreError> {
        // Its place is in what is kept, and not in the log.
        Ok(Position::START)
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
            checkpoint = loop {
                tokio::select! {
                    () = stop.cancelled() => return Ended::Stopped,
                    () = tokio::time::sleep(CALLS.before(failed.saturating_add(1))) => {}
                }
                match self.sink.lease(group, number, self.node, self.lease).await {
                    Ok(Some(checkpoint)) => break checkpoint,
                    Ok(None) => return Ended::Deposed,
                    Err(error) if error.is_transient() => failed = failed.saturating_add(1),
                    Err(error) => return Ended::Failed(Arc::new(error)),
                }
            };
        }
    }

    fn waits(&self, error: StoreError) {
        tracing::warn!(process = P::NAME, error = %Causes(&error), "agent waits for the store");
    }
}
