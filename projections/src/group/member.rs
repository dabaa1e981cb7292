use super::{ConsumerGroup, Delivery, GroupError, duty::Pull, offer::Offer};
use crate::node::{Ended, Node};
use factum_core::{
    ConsumerName, LeaseStore, StoreError,
    lease::{Group, NodeId},
};
use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, OnceLock, PoisonError},
};
use tokio::{
    sync::{Mutex, Semaphore, mpsc},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Takes part in a [`ConsumerGroup`]: has its fair share of the partitions, and pulls their events.
///
/// Several tasks may pull from one member: put it into an `Arc`.
///
/// It is to be [closed](Self::close). One that is dropped says nothing to the others, which have its partitions when its
/// [lease](ConsumerGroup::lease) has ended, as after a crash.
pub struct Member {
    consumer: ConsumerName,
    node: NodeId,
    checkpoints: Arc<dyn LeaseStore>,
    offers: Mutex<mpsc::UnboundedReceiver<Arc<Offer>>>,
    /// For deliveries in hand. It is closed when the member ends.
    room: Arc<Semaphore>,
    held: Arc<std::sync::Mutex<BTreeSet<u16>>>,
    stop: CancellationToken,
    /// How it has ended, from the moment on when `done` is cancelled; nothing if the task has panicked.
    ended: Arc<OnceLock<Ended>>,
    done: CancellationToken,
    task: JoinHandle<()>,
}

impl Member {
    pub(super) async fn join(
        group: &ConsumerGroup,
        pull: Pull,
        offers: mpsc::UnboundedReceiver<Arc<Offer>>,
    ) -> Result<Self, StoreError> {
        let (node, stop, done) = (NodeId::random(), CancellationToken::new(), CancellationToken::new());
        let (checkpoints, held) = (Arc::clone(&pull.checkpoints), Arc::clone(&pull.held));
        let room = Arc::new(Semaphore::new(group.unacknowledged.min(Semaphore::MAX_PERMITS)));
        let of = Group::new(group.consumer.clone(), pull.log.log_id(), group.partitions.get());
        let mut runs = Node::new(Arc::new(pull), of, node, group.lease);
        // Here, so that the group has begun when this returns, and that whoever cannot take part is told so.
        runs.beat(&stop).await?;
        let ended = Arc::new(OnceLock::new());
        let task = {
            let (stop, room, ended) = (stop.clone(), Arc::clone(&room), Arc::clone(&ended));
            let done = done.clone().drop_guard();
            tokio::spawn(async move {
                // Dropped last, whatever happens.
                let _done = done;
                let how = runs.run(&stop).await;
                if let Ended::Failed(error) = &how {
                    tracing::error!(
                        error = &**error as &dyn std::error::Error,
                        "member of a consumer group has failed"
                    );
                }
                let _ = ended.set(how);
                room.close();
            })
        };
        let (consumer, offers) = (group.consumer.clone(), Mutex::new(offers));
        Ok(Self { consumer, node, checkpoints, offers, room, held, stop, ended, done, task })
    }

    /// The next delivery; waits until there is one, and until fewer are in hand than [allowed](ConsumerGroup::unacknowledged).
    /// `None` once the member was closed.
    ///
    /// # Cancellation
    /// Safe: a delivery that was not returned is returned by the next call.
    ///
    /// # Errors
    /// [`GroupError`] when the member has failed; a store that cannot be reached is tried again for as long as it takes.
    pub async fn next(&self) -> Result<Option<Delivery>, GroupError> {
        loop {
            let Ok(room) = Arc::clone(&self.room).acquire_owned().await else { return self.end().await };
            let Some(offer) = self.offers.lock().await.recv().await else { return self.end().await };
            // Unless it was taken back.
            if let Some((parcel, tell)) = offer.take() {
                return Ok(Some(Delivery::new(parcel, tell, Arc::clone(&self.checkpoints), room)));
            }
        }
    }

    async fn end(&self) -> Result<Option<Delivery>, GroupError> {
        self.done.cancelled().await;
        GroupError::of(&self.consumer, self.ended.get()).map(|()| None)
    }

    /// Gives all partitions back, so that others can have them at once, and ends: whoever pulls is told that there is nothing
    /// any more.
    ///
    /// It does not wait for deliveries in hand. They can still be acknowledged until another member has their partition; what
    /// is not is delivered to that one again. So acknowledge first, then close.
    ///
    /// # Cancellation
    /// Safe: it goes on by itself. Calling it again waits too.
    pub async fn close(&self) {
        self.stop.cancel();
        self.done.cancelled().await;
    }

    /// The numbers of the partitions that it has now.
    #[must_use]
    pub fn partitions(&self) -> Vec<u16> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Its name among those who have leases.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.node
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("consumer", &self.consumer)
            .field("node", &self.node)
            .field("partitions", &self.partitions())
            .finish_non_exhaustive()
    }
}
