use super::{Repair, RepairId};
use crate::{ConsumerName, Invalid, LogId, StoreError};
use async_trait::async_trait;

/// The generations of a read model. A new one is made beside the one that is read, and takes its place when it has come as
/// far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Generations {
    /// The one that is read. The first is 0.
    pub active: u32,
    /// One that is being made, if there is one.
    pub filling: Option<u32>,
    /// Whether that one is to wait for somebody to activate it.
    pub is_held: bool,
}

impl Generations {
    /// What [`GenerationStore::generations`] tells. For stores.
    #[must_use]
    pub const fn new(active: u32, filling: Option<u32>, is_held: bool) -> Self {
        Self { active, filling, is_held }
    }
}

/// What became of a generation that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removal {
    /// Nothing of it is left.
    Removed,
    /// It is the one that is read, and stays.
    Active,
    /// It is being made, and stays: it has to be [given up](GenerationStore::abandon) first.
    Filling,
    /// A node has said lately that it runs it, and would make it again. It stays until no node does.
    Running,
}

impl ConsumerName {
    /// The consumer that makes a generation of the read model of this one. Each has checkpoints and a quarantine of its own.
    ///
    /// # Errors
    /// [`Invalid`] when the name would be too long.
    pub fn generation(&self, generation: u32) -> Result<Self, Invalid> {
        match generation {
            0 => Ok(self.clone()),
            _ => Self::new(format!("{self}_g{generation}")),
        }
    }
}

/// Keeps which generation of a read model is read, and which of its documents are to be made anew.
///
/// # Guarantees
/// All readers, on all nodes, read a new generation from the same moment on, which comes when every event that the former one
/// has is in it: nobody sees an empty or half-made read model, nor one that forgets what was seen before.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no generations of read models",
    label = "this should know which generation is read",
    note = "use a store that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl GenerationStore for {Self}`"
)]
#[async_trait]
pub trait GenerationStore: Send + Sync + 'static {
    /// The generations of the read model of `consumer`; the first, if nobody has said anything about them.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError>;

    /// Asks for a new generation, and gives its number; that of the one that is being made, if there is one. Whoever runs the
    /// consumer makes it. With `hold`, it is not activated before that is [released](GenerationStore::release_generation); of
    /// several who ask for the same one, the last says whether it is held. No number is given to two generations of a consumer.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError>;

    /// Activates the generation that is being made, if it is this one, is not held, and has come as far as the active one. Says
    /// whether it was activated.
    ///
    /// # Implementor's duties
    /// Compare the checkpoints of both generations, those of `consumer` [in each](ConsumerName::generation), in the transaction
    /// that activates, in which none of them can be moved: each partition of the new one has to have come as far as the same
    /// partition of the old one; or if they have other numbers of partitions, each as far as all of the old ones.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError>;

    /// Lets the generation that is being made be activated as soon as it can be.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError>;

    /// Gives the generation that is being made up. Whoever runs the consumer stops making it.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError>;

    /// Removes a generation that is read no longer: its documents, its checkpoints and leases, what it has in quarantine, and
    /// what was asked of it. What is not there is removed.
    ///
    /// # Implementor's duties
    /// Look at which generations are read and made, and at who runs it, in the transaction that removes. Its number is not given
    /// again.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError>;

    /// Asks for a document of a generation to be made anew from the first event; `consumer` is the one that [makes that
    /// generation](ConsumerName::generation). Whoever runs the document's partition does it, and the document is read as it was
    /// until then. A later request for the same document takes the place of one before.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError>;

    /// What was asked for and is not done, of one document or of all: at most 1,000, those that have not failed first, in the
    /// order in which they were asked for.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError>;

    /// Says that what was asked for is done, and is forgotten; or why it could not be done, which is kept. Changes nothing if it
    /// was asked for again since.
    ///
    /// # Caller's duties
    /// Say so after the document is [committed](super::Sink::commit). After a crash between the two it is made anew once more,
    /// which gives the same.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError>;
}
