use super::{ConsumerGroup, offer::Offer, part::Part};
use crate::{
    node::{Duty, Ended},
    pages::Pages,
    subscription::Start,
};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, LeaseStore, Position, Selection, StoreError,
    lease::Group,
    projection::{Parting, Partition},
    store::EventReader,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Offers the events of the partitions that a member has, for whoever pulls them.
pub(super) struct Pull {
    pub(super) checkpoints: Arc<dyn LeaseStore>,
    pub(super) log: Arc<dyn EventReader>,
    pub(super) selection: Selection,
    pub(super) limit: usize,
    /// The last one is dropped when the member's tasks have ended. There is one offer of each partition at most, so it need
    /// not be bounded.
    pub(super) offers: mpsc::UnboundedSender<Arc<Offer>>,
    /// Whether what is in hand is not waited for any more.
    pub(super) leaves: CancellationToken,
    /// The partitions that the member has.
    pub(super) held: Arc<Mutex<BTreeSet<u16>>>,
    start: Start,
    pages: Arc<Pages>,
}

impl Pull {
    pub(super) fn new(
        group: &ConsumerGroup,
        checkpoints: Arc<dyn LeaseStore>,
        log: Arc<dyn EventReader>,
    ) -> (Self, mpsc::UnboundedReceiver<Arc<Offer>>) {
        let (offers, pulled) = mpsc::unbounded_channel();
        let pages = Pages::new(Arc::clone(&log), Parting::Streams, group.partitions.get());
        let pull = Self {
            checkpoints,
            log,
            selection: group.selection.clone(),
            limit: group.limit,
            offers,
            leaves: CancellationToken::new(),
            held: Arc::default(),
            start: group.start,
            pages,
        };
        (pull, pulled)
    }

    /// What there is to read for a partition.
    pub(super) fn share(&self, partition: Partition) -> Arc<dyn EventReader> {
        if partition.is_whole() { Arc::clone(&self.log) } else { Arc::new(self.pages.share(partition)) }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeSet<u16>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Duty for Pull {
    fn leases(&self) -> &dyn LeaseStore {
        &*self.checkpoints
    }

    async fn begin(&self, _: &Group) -> Result<Position, StoreError> {
        self.start.position_within(&self.log).await
    }

    async fn hold(
        &self,
        group: &Group,
        number: u16,
        checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Ended {
        self.held().insert(number);
        let partition = Partition::new(number, group.partitions).unwrap_or(Partition::WHOLE);
        Part::new(self, group.key(number), partition, checkpoint).run(stop).await
    }

    fn left(&self, number: u16) {
        self.held().remove(&number);
    }

    fn leaves(&self) {
        self.leaves.cancel();
    }
}
