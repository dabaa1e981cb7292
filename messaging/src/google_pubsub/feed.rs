use super::connection::Connection;
use crate::transport::{Feed, Incoming, TransportError};
use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

/// What a task that [pulls](super::pulling) has received. It sees when this is dropped, and gives back what is left.
pub(super) struct PubsubFeed {
    pub(super) connection: Arc<Connection>,
    /// No more than the prefetch: the task asks for no more.
    pub(super) received: UnboundedReceiver<Result<Incoming, TransportError>>,
}

#[async_trait]
impl Feed for PubsubFeed {
    async fn next(&mut self) -> Option<Result<Incoming, TransportError>> {
        tokio::select! {
            biased;
            // What was received and not asked for is given back by its task.
            () = self.connection.closing.cancelled() => None,
            received = self.received.recv() => received,
        }
    }
}
