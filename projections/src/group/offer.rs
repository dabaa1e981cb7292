use factum_core::{
    CheckpointKey, Position, RecordedEvent,
    checkpoint::{Advance, Epoch},
    projection::Partition,
};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Consecutive events of a partition.
pub(super) struct Parcel {
    pub(super) partition: Partition,
    pub(super) events: Vec<RecordedEvent>,
    /// Where the checkpoint is when they have been handled.
    pub(super) through: Position,
    /// How often they have been offered, with this time.
    pub(super) attempt: u32,
    pub(super) key: CheckpointKey,
    pub(super) epoch: Epoch,
}

impl Parcel {
    pub(super) fn advance(&self) -> Advance {
        Advance::new(self.key.clone(), self.epoch, self.through)
    }
}

/// What became of a parcel that was pulled.
pub(super) enum Outcome {
    Acknowledged,
    /// It was dropped, or could not be acknowledged.
    Again(Parcel),
}

/// A parcel that can be pulled, until it is.
pub(super) struct Offer(Mutex<Option<(Parcel, oneshot::Sender<Outcome>)>>);

impl Offer {
    /// An offer, and where its outcome will be told.
    pub(super) fn new(parcel: Parcel) -> (Arc<Self>, oneshot::Receiver<Outcome>) {
        let (tell, told) = oneshot::channel();
        (Arc::new(Self(Mutex::new(Some((parcel, tell))))), told)
    }

    /// Takes what is offered: whoever pulls it, or whoever takes it back. `None` if somebody has it.
    pub(super) fn take(&self) -> Option<(Parcel, oneshot::Sender<Outcome>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
