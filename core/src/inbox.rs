//! The inbox: which messages a consumer has received before.

use crate::{ConsumerName, StoreError, Timestamp, invalid::Field, limits, text::text_newtype};
use async_trait::async_trait;

text_newtype! {
    /// Names a message, so that it is recognised when it comes again: what its sender has named it by, such as the id of
    /// an event. It is compared byte by byte.
    MessageKey, Field::MessageKey, limits::MESSAGE_KEY_BYTES
}

/// Keeps the keys of the messages that each consumer has received, so that delivery at least once becomes effectively
/// once.
///
/// # Guarantees
/// Of all who receive a message for one consumer, at once or one after the other, exactly one is told that it is new,
/// until the message is forgotten.
///
/// # Caller's duties
/// To receive a message is not to handle it. One that was received and not handled is lost, and one that was handled and
/// not received will be handled again. So the key and the effect belong into one transaction, for which a store offers
/// what is natural to it, such as `PgStore::receive_in`; or the effect does no harm when it is repeated, and the
/// message is received after it. After an error, a message may have been received all the same.
///
/// A message that is delivered again after it was forgotten is new. So [forget](InboxStore::forget) only what no sender
/// delivers any more.
///
/// Consumers that share a name share an inbox.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no inbox",
    label = "this should keep the keys of messages that were received",
    note = "use a store that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl InboxStore for {Self}`"
)]
#[async_trait]
pub trait InboxStore: Send + Sync + 'static {
    /// Records that `consumer` has received `messages`, and says of each, at the same index, whether it is new. A message
    /// that is named twice is new the first time.
    ///
    /// # Implementor's duties
    /// All of them are recorded, or after an error none. Whoever receives messages that others receive at the same time
    /// comes to an end, in whichever order they are named.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError>;

    /// When `consumer` has received each of `messages` for the first time, by the store's clock and at the same index;
    /// `None` if it has not. Records nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError>;

    /// Forgets the messages that `consumer` has received before `time`, and says how many they were. Without it, an inbox
    /// grows for ever.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed. Some may be forgotten then; calling it again goes on.
    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError>;
}
