use super::{
    failure::{OnFailure, SessionError},
    followed::Wanted,
    inline::Again,
    options::Options,
    progress::{Board, Status},
    session::{Place, Session, full},
};
use crate::{
    node::{Duty, Ended, lease_again},
    pages::Pages,
};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, LeaseStore, Position, StoreError,
    lease::{Group, NodeId, Roll},
    projection::{Partition, Project},
    sink::{Repair, Sink},
    store::EventReader,
};
use std::sync::{Arc, atomic::AtomicBool};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What the partitions of a projection share on one node.
pub(super) struct Shared<P, K> {
    pub(super) projection: Arc<P>,
    pub(super) sink: K,
    pub(super) log: Arc<dyn EventReader>,
    pub(super) node: NodeId,
    pub(super) board: Arc<Board>,
    /// Of the read model.
    pub(super) generation: u32,
    /// Whether its checkpoints are kept exactly, also where it passes over events.
    pub(super) is_exact: AtomicBool,
    options: Options,
    wanted: Arc<Wanted>,
    /// The documents that somebody has asked to be made anew.
    pub(super) repairs: watch::Sender<Vec<Repair>>,
    pages: Arc<Pages>,
}

impl<K: Sink, P: Project<K>> Shared<P, K> {
    pub(super) fn new(
        projection: Arc<P>,
        sink: K,
        log: Arc<dyn EventReader>,
        board: Arc<Board>,
        generation: u32,
        options: Options,
        wanted: Arc<Wanted>,
    ) -> Self {
        let pages = Pages::new(Arc::clone(&log), projection.parting(), options.partitions.get());
        let (node, is_exact) = (NodeId::random(), AtomicBool::new(false));
        let repairs = watch::Sender::default();
        Self { projection, sink, log, node, board, generation, is_exact, options, wanted, repairs, pages }
    }

    /// One session after the other.
    async fn sessions(
        &self,
        group: &Group,
        number: u16,
        mut checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Ended {
        let options = self.options;
        let (mut furthest, mut failed) = (Position::START, 0_u32);
        loop {
            let error = match self.session(group, number, checkpoint, stop).await {
                Ok(()) => return Ended::Stopped,
                Err(error) => error,
            };
            if error.is_deposed() {
                tracing::info!(
                    projection = P::NAME,
                    partition = number,
                    error = full(&error),
                    "partition was taken over"
                );
                return Ended::Deposed;
            }
            if !error.is_transient() && options.on_failure != OnFailure::Retry {
                tracing::error!(
                    projection = P::NAME,
                    partition = number,
                    error = full(&error),
                    "projection has failed and stopped"
                );
                return Ended::Failed(Arc::new(error));
            }
            // Only what comes further than ever before counts as having worked: a session that passes over the same events as
            // the last one, and then fails in the same way, does not.
            let position = self.board.position(number);
            failed = if position > furthest { 1 } else { failed.saturating_add(1) };
            furthest = furthest.max(position);
            tracing::warn!(
                projection = P::NAME,
                partition = number,
                error = full(&error),
                "partition will begin again at its checkpoint"
            );
            self.board.is(Status::Retrying(Arc::new(error)));
            let (partition, holder) = ((group, number), (self.node, options.lease));
            checkpoint = match lease_again(&self.sink, partition, holder, &mut failed, stop).await {
                Ok(checkpoint) => checkpoint,
                Err(ended) => return ended,
            };
        }
    }

    async fn session(
        &self,
        group: &Group,
        number: u16,
        checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Result<(), SessionError> {
        let key = group.key(number);
        let partition = Partition::new(number, group.partitions).unwrap_or(Partition::WHOLE);
        self.projection.prepare_generation(&self.sink, self.generation).await?;
        let share: Arc<dyn EventReader> =
            if partition.is_whole() { Arc::clone(&self.log) } else { Arc::new(self.pages.share(partition)) };
        let place = Place {
            projection: &*self.projection,
            sink: &self.sink,
            log: &self.log,
            share,
            key,
            partition,
            on_failure: self.options.on_failure,
            board: &self.board,
            generation: self.generation,
            is_exact: &self.is_exact,
            again: self.options.inline.then_some(Again { group, node: self.node, ttl: self.options.lease }),
            repairs: &self.repairs,
        };
        Session::open(place, checkpoint).await?.run(stop).await
    }

    /// A read model that was made from another log must not get the events of this one on top.
    async fn check_log(&self, group: &Group) -> Result<(), StoreError> {
        let logs = self.sink.logs(&group.consumer).await?;
        match logs.first() {
            Some(other) if !logs.contains(&group.log) => {
                let why = format!(
                    "its read model is of log {other}; remove that, or raise the projection's version"
                );
                Err(StoreError::incompatible(format!("running {} on log {}", group.consumer, group.log), why))
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl<K: Sink, P: Project<K>> Duty for Shared<P, K> {
    fn leases(&self) -> &dyn LeaseStore {
        &self.sink
    }

    async fn begin(&self, group: &Group) -> Result<Position, StoreError> {
        self.check_log(group).await?;
        self.options.from.position(&self.log).await
    }

    async fn hold(
        &self,
        group: &Group,
        number: u16,
        checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Ended {
        self.sessions(group, number, checkpoint, stop).await
    }

    fn heard(&self, roll: &Roll) {
        self.board.heard(roll);
    }

    fn left(&self, number: u16) {
        self.board.left(number);
    }

    fn waits(&self, error: StoreError) {
        self.board.is(Status::Retrying(Arc::new(error)));
    }

    async fn asked(&self) {
        self.wanted.more.notified().await;
    }

    fn is_asked(&self) -> bool {
        self.wanted.is_wanted()
    }
}
