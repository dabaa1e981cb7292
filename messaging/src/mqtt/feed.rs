use super::settle::MqttSettle;
use crate::transport::{Feed, Incoming, TransportError};
use async_trait::async_trait;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};
use tokio::sync::{Semaphore, mpsc::UnboundedReceiver};
use tokio_util::sync::{CancellationToken, DropGuard};

/// What a session brings. Dropping it ends the connection, and the broker keeps the session.
pub(super) struct MqttFeed {
    pub(super) received: UnboundedReceiver<MqttSettle>,
    /// For messages in hand. The broker keeps to it too, except for those of at most once.
    pub(super) room: Arc<Semaphore>,
    pub(super) waiting: Arc<AtomicUsize>,
    /// Cancelled once the transport is closed.
    pub(super) closing: CancellationToken,
    /// Cancelled when the connection is to end, by the guard or because another feed takes over.
    pub(super) ends: CancellationToken,
    pub(super) _guard: DropGuard,
}

impl MqttFeed {
    async fn take(&mut self) -> Option<Incoming> {
        // It is never closed.
        let room = Arc::clone(&self.room).acquire_owned().await.ok()?;
        let received = self.received.recv().await?;
        self.waiting.fetch_sub(1, Relaxed);
        received.hand_out(room)
    }
}

#[async_trait]
impl Feed for MqttFeed {
    async fn next(&mut self) -> Option<Result<Incoming, TransportError>> {
        let (closing, ends) = (self.closing.clone(), self.ends.clone());
        tokio::select! {
            biased;
            () = closing.cancelled() => None,
            () = ends.cancelled() => {
                let why = "another one listens in the name of this consumer";
                Some(Err(TransportError::unavailable("listening with MQTT", why)))
            }
            incoming = self.take() => incoming.map(Ok),
        }
    }
}
