use super::{
    config::RabbitMqConfig,
    connection::Link,
    publisher::{Publisher, answered},
    topology::{self, Names},
    wire::{Letter, Waiting},
};
use crate::transport::{PublishError, TransportError};
use lapin::types::ShortString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a queue is taken to be there after it was declared. Much less than it is kept for.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);

/// The queues in which messages wait before they are delivered again.
#[derive(Debug, Default)]
pub(super) struct Delays {
    /// When they were declared.
    declared: Mutex<HashMap<ShortString, Instant>>,
}

impl Delays {
    /// Has a message delivered again after a pause. The broker has it twice until the one that was delivered is acknowledged.
    pub(super) async fn put(
        &self,
        (link, publisher, config): (&Link, &Publisher, &Arc<RabbitMqConfig>),
        names: &Names,
        pause: Duration,
        message: &Waiting,
    ) -> Result<(), TransportError> {
        let wait = topology::wait(pause);
        let queue = topology::delay_queue(names, wait)?;
        let letter = Letter::waiting(message, queue.clone());
        for _ in 0..2 {
            if !self.knows(&queue) {
                let (_connection, channel) = link.channel().await?;
                let declared = topology::declare_delay(&channel, config.queue_type, names, wait);
                answered("declaring a queue to wait in", config.connect_timeout, declared).await?;
                self.declared().insert(queue.clone(), Instant::now());
            }
            match publisher.put(&letter).await {
                Ok(()) => return Ok(()),
                // Somebody has deleted it.
                Err(PublishError::Refused(_)) => self.declared().remove(&queue),
                Err(error) => return Err(TransportError::unavailable("having a message wait", error)),
            };
        }
        Err(TransportError::unavailable("having a message wait", "the queue for it is not there"))
    }

    fn knows(&self, queue: &ShortString) -> bool {
        self.declared().get(queue).is_some_and(|since| since.elapsed() < KNOWN_FOR)
    }

    fn declared(&self) -> std::sync::MutexGuard<'_, HashMap<ShortString, Instant>> {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
