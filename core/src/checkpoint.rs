//! Checkpoints: how far a consumer has come, and whose it is.

use crate::{
    Invalid, LogId, Position, StoreError,
    invalid::Field,
    limits, quarantine,
    text::{Text, text_newtype},
};
use async_trait::async_trait;
use std::fmt;

text_newtype! {
    /// Names a consumer of the log, such as a projection. Whoever uses the same name continues its work.
    ConsumerName, Field::ConsumerName, limits::CONSUMER_NAME_BYTES
}

impl ConsumerName {
    /// A name known at compile time, checked like [`ConsumerName::new`].
    ///
    /// # Errors
    /// [`Invalid`] as for [`ConsumerName::new`].
    pub fn from_static(name: &'static str) -> Result<Self, Invalid> {
        crate::invalid::check(Field::ConsumerName, name, limits::CONSUMER_NAME_BYTES)?;
        Ok(Self(Text::Static(name)))
    }
}

/// What a checkpoint belongs to: a consumer, the log that it follows, and the share of that log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct CheckpointKey {
    /// Who.
    pub consumer: ConsumerName,
    /// Of which log; a consumer may follow several.
    pub log: LogId,
    /// Which share of the log, 0 for a consumer that is not partitioned.
    pub partition: u16,
}

impl CheckpointKey {
    /// The checkpoint of a consumer that is not partitioned.
    #[must_use]
    pub const fn new(consumer: ConsumerName, log: LogId) -> Self {
        Self { consumer, log, partition: 0 }
    }

    /// The checkpoint of one partition.
    #[must_use]
    pub const fn partition(mut self, partition: u16) -> Self {
        self.partition = partition;
        self
    }
}

impl fmt::Display for CheckpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (partition {} of log {})", self.consumer, self.partition, self.log)
    }
}

/// Counts the owners of a checkpoint. A later owner has a larger epoch, and deposes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch with this number. For stores.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The epoch of the next owner. For stores.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A consumer's durable place: everything up to `position` has been handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkpoint {
    /// Everything up to here has been handled.
    pub position: Position,
    /// The owner that may move it.
    pub epoch: Epoch,
}

impl Checkpoint {
    /// A checkpoint. For stores.
    #[must_use]
    pub const fn new(position: Position, epoch: Epoch) -> Self {
        Self { position, epoch }
    }
}

/// A move of a checkpoint by its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advance {
    /// Which checkpoint.
    pub key: CheckpointKey,
    /// The mover's epoch.
    pub epoch: Epoch,
    /// Everything up to here has been handled, or is in quarantine.
    pub to: Position,
    /// What changes in quarantine, in this order and together with the move.
    pub quarantine: Vec<quarantine::Change>,
}

impl Advance {
    /// Moves the checkpoint of `key`, claimed with `epoch`, to `to`.
    #[must_use]
    pub const fn new(key: CheckpointKey, epoch: Epoch, to: Position) -> Self {
        Self { key, epoch, to, quarantine: Vec::new() }
    }

    /// Together with these changes of what is in quarantine.
    #[must_use]
    pub fn quarantine(mut self, changes: Vec<quarantine::Change>) -> Self {
        self.quarantine = changes;
        self
    }

    /// What the move gives when the checkpoint is at `current`: the new checkpoint, or why it is refused. For stores,
    /// which apply it inside the transaction that writes it.
    ///
    /// # Errors
    /// [`AdvanceError::Fenced`] for a deposed owner, [`AdvanceError::Backward`] for a move back.
    pub fn apply_to(&self, current: Option<Checkpoint>) -> Result<Checkpoint, AdvanceError> {
        // One that was never claimed belongs to nobody.
        let Some(current) = current.filter(|current| current.epoch == self.epoch) else {
            let current = current.unwrap_or_default().epoch;
            return Err(AdvanceError::Fenced { key: self.key.clone(), epoch: self.epoch, current });
        };
        if self.to < current.position {
            return Err(AdvanceError::Backward {
                key: self.key.clone(),
                from: current.position,
                to: self.to,
            });
        }
        Ok(Checkpoint { position: self.to, ..current })
    }
}

/// Why a checkpoint was not moved. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdvanceError {
    /// Another owner has claimed it since. Stop; it is theirs now.
    #[error("{key} was claimed by another owner (epoch {current}, ours is {epoch})")]
    Fenced {
        /// Which checkpoint.
        key: CheckpointKey,
        /// The epoch of the mover.
        epoch: Epoch,
        /// The epoch of the present owner.
        current: Epoch,
    },
    /// It would have moved back.
    #[error("{key} is at {from} and would move back to {to}")]
    Backward {
        /// Which checkpoint.
        key: CheckpointKey,
        /// Where it is.
        from: Position,
        /// Where it was to go.
        to: Position,
    },
    /// The store failed. Whether the move was written can be seen by loading the checkpoint.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps checkpoints.
///
/// # Guarantees
/// A checkpoint never moves back, except by [`CheckpointStore::reset`]. Of two owners only the one that claimed last
/// can move it: the epoch is compared in the same transaction that moves.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no checkpoints",
    label = "this should keep the places of projections",
    note = "use a store that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl CheckpointStore for {Self}`"
)]
#[async_trait]
pub trait CheckpointStore: Send + Sync + 'static {
    /// Reads a checkpoint, `None` if it was never claimed.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError>;

    /// The logs of which this consumer has a checkpoint, in any partition.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError>;

    /// Takes a checkpoint over, creating it at [`Position::START`]: its epoch grows by one, and whoever had it is
    /// deposed.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError>;

    /// Moves a checkpoint that does not live with a read model; those that do move with [`Sink::commit`](crate::sink::Sink::commit).
    ///
    /// # Errors
    /// [`AdvanceError`]; nothing was moved.
    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError>;

    /// Sets a checkpoint back to [`Position::START`] and claims it, deposing its owner.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError>;
}
