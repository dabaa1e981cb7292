use super::{
    broker::Shared,
    config::RabbitMqConfig,
    inlet::{Came, Inlet, Leaving, Source},
    settle::{REJECTED, RabbitSettle},
    topology::{self, Names},
    wire::{Received, Waiting},
};
use crate::transport::{Feed, Incoming, Listen, TransportError};
use async_trait::async_trait;
use futures_util::FutureExt as _;
use lapin::{Channel, types::ShortString};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What comes in for a consumer.
pub(super) struct RabbitFeed {
    inlet: Inlet<Listening>,
    names: Arc<Names>,
    /// For messages that are under way. The broker keeps the same count, and begins anew when the connection does.
    room: Arc<Semaphore>,
}

/// The queue of a consumer.
struct Listening {
    names: Arc<Names>,
    listen: Listen,
}

#[async_trait]
impl Source for Listening {
    fn name(&self) -> &str {
        self.listen.consumer.as_str()
    }

    fn queue(&self) -> ShortString {
        self.names.queue.clone()
    }

    fn prefetch(&self) -> u16 {
        self.listen.prefetch.get()
    }

    fn leaving(&self) -> Leaving {
        if self.listen.alone { Leaving::GivesAllBackAtOnce } else { Leaving::GivesAllBack }
    }

    async fn declare(&self, channel: &Channel, config: &RabbitMqConfig) -> Result<(), TransportError> {
        topology::declare(channel, config, &self.names, &self.listen).await
    }
}

impl RabbitFeed {
    pub(super) async fn open(shared: Arc<Shared>, listen: Listen) -> Result<Self, TransportError> {
        let names = Arc::new(Names::of(&shared.config, &listen.consumer)?);
        let room = Arc::new(Semaphore::new(usize::from(listen.prefetch.get())));
        let source = Arc::new(Listening { names: Arc::clone(&names), listen });
        Ok(Self { inlet: Inlet::open(shared, source).await?, names, room })
    }

    /// The message that has come, or the room for one if it cannot be read.
    fn read(&self, came: Came, room: OwnedSemaphorePermit) -> Result<Incoming, OwnedSemaphorePermit> {
        let Came { mut delivery, has_left, .. } = came;
        match Received::of(&mut delivery, &self.names.queue) {
            Ok(Received { topic, event, attempt, properties, body }) => {
                let (shared, names) = (Arc::clone(self.inlet.shared()), Arc::clone(&self.names));
                let message = Waiting { topic: topic.clone(), attempt, properties, body };
                let settle =
                    RabbitSettle { shared, names, acker: delivery.acker, has_left, message, _room: room };
                Ok(Incoming::new(topic, event, attempt, settle))
            }
            Err(error) => {
                let (queue, key) = (self.names.queue.as_str(), delivery.routing_key.as_str());
                tracing::error!(queue, key, error, "a message that cannot be read is rejected");
                // The client has it from the first look on.
                let _ = delivery.acker.reject(REJECTED).now_or_never();
                Err(room)
            }
        }
    }
}

#[async_trait]
impl Feed for RabbitFeed {
    async fn next(&mut self) -> Option<Result<Incoming, TransportError>> {
        let closed = self.inlet.shared().closed.clone();
        let mut room = tokio::select! {
            biased;
            () = closed.cancelled() => return None,
            // It is never closed.
            room = Arc::clone(&self.room).acquire_owned() => room.ok()?,
        };
        loop {
            let came = match self.inlet.next().await? {
                Ok(came) => came,
                Err(error) => return Some(Err(error)),
            };
            match self.read(came, room) {
                Ok(incoming) => return Some(Ok(incoming)),
                Err(free) => room = free,
            }
        }
    }
}
