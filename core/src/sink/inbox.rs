use super::{CommitError, Sink};
use crate::{ConsumerName, InboxStore, MessageKey, checkpoint::Advance};
use async_trait::async_trait;

/// A sink whose database keeps an inbox too, so that the effect of a message and its key commit in one transaction: what is
/// delivered at least once takes effect once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot commit the effect of a message together with its key",
    label = "this should be a sink with an inbox",
    note = "use a store that is one, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl InboxSink for {Self}`"
)]
#[async_trait]
pub trait InboxSink: Sink + InboxStore {
    /// Does `advance`, receives `messages` for `consumer` and does `work`, in one transaction, and says that it has; or, if one of the
    /// messages was [received](InboxStore::receive) before, does nothing, and says so with `false`.
    ///
    /// # Implementor's duties
    /// Compare the epoch first, as in [`Sink::commit`], so that a deposed owner has no effect at all. Whoever receives one of them at the same time waits for the transaction, and is told what has become of it.
    ///
    /// # Caller's duties
    /// Name each message once.
    ///
    /// # Errors
    /// [`CommitError`]; then nothing was done, except that after one of the store both may have been.
    async fn commit_received(
        &self,
        work: Self::Work,
        advance: Advance,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<bool, CommitError>;
}
