use super::{Outgoing, PublishError, TransportError};
use async_trait::async_trait;
use std::time::Instant;

/// Of a broker that confirms a message first and saves it later: what it has confirmed and not saved, it forgets when it is killed.
///
/// It saves all that it has at a time, so that what it forgets is the end of what it has been told, and nothing in between. Whoever
/// has published over a connection that is lost may take it that the end is forgotten, and publishes it again, in order, before
/// anything newer. A [relay](crate::relay()) does.
#[async_trait]
pub trait Saving: Send + Sync {
    /// The number of the connection over which messages are published now. Each one has another, and a later one a higher; a broker
    /// that was started again is reached by another connection.
    fn connection(&self) -> u64;

    /// As [`Transport::publish`](super::Transport::publish), and over no other connection than this one: without it, or when it is
    /// lost meanwhile, messages are [`PublishError::Unavailable`] or [`PublishError::Behind`].
    async fn publish_over(&self, connection: u64, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>>;

    /// What was confirmed over this connection before the returned instant is saved.
    ///
    /// # Errors
    /// A transient [`TransportError`] when there is no such connection any more, and what was confirmed later may be forgotten.
    fn saved(&self, connection: u64) -> Result<Instant, TransportError>;
}
