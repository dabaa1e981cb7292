use super::{broker::Shared, error::failed, topology::Names, wire::Waiting};
use crate::transport::{Settle, Settlement, TransportError};
use async_trait::async_trait;
use factum_core::Causes;
use futures_util::FutureExt as _;
use lapin::{
    Acker,
    options::{BasicAckOptions, BasicNackOptions, BasicRejectOptions},
};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

/// To be delivered again.
const AGAIN: BasicNackOptions = BasicNackOptions { multiple: false, requeue: true };

/// A message that was received, and is to be settled over the channel over which it came.
pub(super) struct RabbitSettle {
    pub(super) shared: Arc<Shared>,
    pub(super) names: Arc<Names>,
    pub(super) acker: Acker,
    /// Whether the feed has gone, and gives everything back.
    pub(super) has_left: Arc<AtomicBool>,
    pub(super) message: Waiting,
    /// Free when this is gone.
    pub(super) _room: OwnedSemaphorePermit,
}

#[async_trait]
impl Settle for RabbitSettle {
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError> {
        match settlement {
            Settlement::Acknowledged => self.acknowledge().await,
            Settlement::Again(Duration::ZERO) => self.give_back().await,
            Settlement::Again(pause) => {
                // It takes several steps, and whoever gives up on it must not leave it half done.
                let waiting = tokio::spawn(self.wait(pause)).await;
                waiting.map_err(|error| TransportError::unavailable("having a message wait", error))?
            }
            Settlement::Rejected => self.told("rejecting a message", self.acker.reject(REJECTED)).await,
        }
    }

    fn dropped(self: Box<Self>) {
        if !self.has_left.load(SeqCst) {
            // The client has it from the first look on.
            let _ = self.acker.nack(AGAIN).now_or_never();
        }
    }
}

/// To the dead letters.
pub(super) const REJECTED: BasicRejectOptions = BasicRejectOptions { requeue: false };
/// How often it is looked whether the channel is still there. The client may forget an answer that is waited for when a connection is
/// lost.
const LOOK: Duration = Duration::from_millis(50);

impl RabbitSettle {
    async fn acknowledge(&self) -> Result<(), TransportError> {
        self.told("acknowledging a message", self.acker.ack(BasicAckOptions::default())).await
    }

    async fn give_back(&self) -> Result<(), TransportError> {
        if self.has_left.load(SeqCst) {
            return Ok(());
        }
        self.told("giving a message back", self.acker.nack(AGAIN)).await
    }

    async fn wait(self: Box<Self>, pause: Duration) -> Result<(), TransportError> {
        if self.acker.poisoned() {
            return Err(ended("giving a message back"));
        }
        match self.shared.wait(&self.names, pause, &self.message).await {
            // If this fails, it comes twice.
            Ok(()) => self.acknowledge().await,
            Err(error) => {
                let (queue, error) = (self.names.queue.as_str(), Causes(&error).to_string());
                tracing::warn!(queue, error, "a message comes again without a pause");
                self.give_back().await
            }
        }
    }

    /// Waits until the broker has been told.
    async fn told(
        &self,
        doing: &'static str,
        telling: impl Future<Output = lapin::Result<bool>>,
    ) -> Result<(), TransportError> {
        let mut telling = pin!(telling);
        let told = async {
            loop {
                match timeout(LOOK, &mut telling).await {
                    Ok(told) => return told,
                    Err(_) if self.acker.poisoned() => return Ok(false),
                    Err(_) => {}
                }
            }
        };
        match timeout(self.shared.config.connect_timeout, told).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(ended(doing)),
            Ok(Err(error)) => Err(failed(doing, error)),
            Err(elapsed) => Err(TransportError::unavailable(doing, elapsed)),
        }
    }
}

fn ended(doing: &'static str) -> TransportError {
    TransportError::unavailable(doing, "the channel over which it came has ended")
}
