//! Sinks: where a read model lives, together with the checkpoint that says what is in it.

mod collection;
mod diff;
mod document;
mod generation;
mod inbox;
mod inline;
mod repair;

pub use self::{
    collection::Collection,
    diff::{Difference, Differences},
    document::{Change, Document, DocumentReader, DocumentSink},
    generation::{GenerationStore, Generations, Removal},
    inbox::InboxSink,
    inline::{Attached, InlineStore, Inlines},
    repair::{Repair, RepairId},
};

use crate::{
    checkpoint::{Advance, AdvanceError},
    lease::LeaseStore,
    quarantine::QuarantineStore,
};
use async_trait::async_trait;

/// The error of the work that a projection asks a sink to do.
pub type WorkError = Box<dyn std::error::Error + Send + Sync>;

/// The database of a read model. It commits the work of a projection and the move of its checkpoint, with what changes in
/// quarantine, in one transaction, so that every event takes effect once, whatever crashes when.
///
/// It is a handle: cheap to clone, all clones being one sink.
///
/// # Guarantees
/// After [`Sink::commit`] returned `Ok`, both the work and the move are durable. After an error, neither is; except
/// that after
/// [`AdvanceError::Store`] both may be, which the checkpoint tells.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sink: it cannot commit a read model together with its checkpoint",
    label = "this should be a sink",
    note = "use a store that is one, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl Sink for {Self}`, and `CheckpointStore`, `LeaseStore`, `QuarantineStore` and `GenerationStore` beside it"
)]
#[async_trait]
pub trait Sink: LeaseStore + QuarantineStore + GenerationStore + Clone {
    /// What can be done inside the sink's transaction: for SQLite a closure over its transaction, and so on. By default
    /// nothing.
    type Work: Default + Send + 'static;

    /// Does `work` and `advance`, in this order, in one transaction.
    ///
    /// # Implementor's duties
    /// Compare the epoch before the work is done, so that a deposed owner has no effect at all.
    ///
    /// # Errors
    /// [`CommitError`]; its variants say who failed.
    async fn commit(&self, work: Self::Work, advance: Advance) -> Result<(), CommitError>;

    /// Whether nobody else can write to this database while it commits. Then a projection that catches up keeps its commits
    /// short; otherwise it makes them longer, since fewer of them write less.
    fn has_one_writer(&self) -> bool {
        true
    }
}

/// Why a sink did not commit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The checkpoint could not be moved.
    #[error(transparent)]
    Advance(#[from] AdvanceError),
    /// The projection's own work failed; everything was rolled back.
    #[error("writing the read model failed")]
    Work(#[source] WorkError),
}
