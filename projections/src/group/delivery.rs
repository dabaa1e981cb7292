use super::offer::{Outcome, Parcel};
use factum_core::{
    EventEnum, LeaseStore, Position, Recorded, RecordedEvent, checkpoint::AdvanceError, event::DecodeError,
    projection::Partition,
};
use std::{fmt, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Consecutive events of one partition of a group, pulled by a [`Member`](super::Member).
///
/// It is to be [acknowledged](Self::ack). One that is dropped instead, by a panic for example, is delivered again.
#[must_use = "what is not acknowledged is delivered again"]
pub struct Delivery {
    /// With whom the outcome is told; `None` once it has been.
    open: Option<(Parcel, oneshot::Sender<Outcome>)>,
    checkpoints: Arc<dyn LeaseStore>,
    /// Its place among those that the member may have in hand.
    _room: OwnedSemaphorePermit,
}

impl Delivery {
    pub(super) fn new(
        parcel: Parcel,
        tell: oneshot::Sender<Outcome>,
        checkpoints: Arc<dyn LeaseStore>,
        room: OwnedSemaphorePermit,
    ) -> Self {
        Self { open: Some((parcel, tell)), checkpoints, _room: room }
    }

    fn parcel(&self) -> &Parcel {
        let (parcel, _) = self.open.as_ref().expect("it is open until it is acknowledged, which consumes it");
        parcel
    }

    /// The events, in position order; at least one.
    #[must_use]
    pub fn events(&self) -> &[RecordedEvent] {
        &self.parcel().events
    }

    /// The events as Rust types, with their records.
    ///
    /// # Errors
    /// [`DecodeError`] of each that is not one of the events of `E`, or cannot be read as one.
    pub fn decode<E: EventEnum>(&self) -> impl Iterator<Item = Result<Recorded<E>, DecodeError>> {
        self.events().iter().cloned().map(RecordedEvent::decode)
    }

    /// Of which partition they are.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.parcel().partition
    }

    /// Where the partition's checkpoint is after the acknowledgement: everything in the partition up to here is in this
    /// delivery or in those before it.
    #[must_use]
    pub fn through(&self) -> Position {
        self.parcel().through
    }

    /// How often this member has been given these events since it has the partition, with this time: 1 the first time.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.parcel().attempt
    }

    /// Says that the events have been handled: moves the partition's checkpoint behind them. It is durable when this returns,
    /// and the next delivery of the partition can be pulled then.
    ///
    /// # Cancellation
    /// The checkpoint may have been moved or not; if it was not, the events are delivered again.
    ///
    /// # Errors
    /// - [`AdvanceError::Fenced`]: another member has the partition, and has been or will be given these events too. Go on
    ///   with the next delivery.
    /// - [`AdvanceError::Store`]: the store failed. The checkpoint may have been moved or not; if it was not, the events are
    ///   delivered again.
    pub async fn ack(mut self) -> Result<(), AdvanceError> {
        // After an error the delivery is dropped, and the partition finds out whether it was moved, or has gone.
        self.checkpoints.advance(self.parcel().advance()).await?;
        if let Some((_, tell)) = self.open.take() {
            // Nobody listens any more if the member has left.
            let _ = tell.send(Outcome::Acknowledged);
        }
        Ok(())
    }

    /// Has the events delivered again, after a pause that grows from one [attempt](Self::attempt) to the next. Nothing else of
    /// their partition is delivered until they are acknowledged. To drop the delivery does the same.
    pub fn nack(self) {
        drop(self);
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some((parcel, tell)) = self.open.take() {
            let _ = tell.send(Outcome::Again(parcel));
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parcel { partition, events, through, attempt, .. } = self.parcel();
        f.debug_struct("Delivery")
            .field("partition", &partition.number())
            .field("events", &events.len())
            .field("through", through)
            .field("attempt", attempt)
            .finish_non_exhaustive()
    }
}
