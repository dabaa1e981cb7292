use super::{respond::RabbitRespond, topology};
use crate::{
    Topic,
    rabbitmq::{
        broker::Shared,
        config::RabbitMqConfig,
        inlet::{Came, Inlet, Leaving, Source},
        wire,
    },
    remote::{Request, Requests, Serve},
    transport::TransportError,
};
use async_trait::async_trait;
use bytes::Bytes;
use lapin::{Channel, types::ShortString};
use std::sync::Arc;

/// What comes in for a service.
pub(super) struct RabbitRequests {
    inlet: Inlet<Serving>,
}

/// The queue of a service.
struct Serving {
    serve: Serve,
    queue: ShortString,
}

#[async_trait]
impl Source for Serving {
    fn name(&self) -> &str {
        self.serve.service.as_str()
    }

    fn queue(&self) -> ShortString {
        self.queue.clone()
    }

    fn prefetch(&self) -> u16 {
        self.serve.at_once.get()
    }

    fn leaving(&self) -> Leaving {
        Leaving::KeepsWhatIsInHand
    }

    async fn declare(&self, channel: &Channel, config: &RabbitMqConfig) -> Result<(), TransportError> {
        topology::declare(channel, config, &self.queue, &self.serve).await
    }
}

impl RabbitRequests {
    pub(super) async fn open(shared: Arc<Shared>, serve: Serve) -> Result<Self, TransportError> {
        let queue = topology::queue(&shared.config, &serve.service)?;
        Ok(Self { inlet: Inlet::open(shared, Arc::new(Serving { serve, queue })).await? })
    }

    /// The request, if it can be read.
    fn read(&self, came: Came) -> Option<Request> {
        let Came { mut delivery, channel, .. } = came;
        let body = Bytes::from(std::mem::take(&mut delivery.data));
        let key = delivery.routing_key.clone();
        let properties = std::mem::take(&mut delivery.properties);
        // Dropped below, it is answered by nobody.
        let respond =
            RabbitRespond::new(Arc::clone(self.inlet.shared()), channel, delivery.acker, &properties);
        let topic = Topic::new(key.as_str()).map_err(|error| error.to_string());
        match topic.and_then(|topic| Ok((topic, wire::event(&properties, body)?))) {
            Ok((topic, event)) => Some(Request::new(topic, event, respond)),
            Err(error) => {
                tracing::error!(key = key.as_str(), error, "a request that cannot be read is left alone");
                None
            }
        }
    }
}

#[async_trait]
impl Requests for RabbitRequests {
    async fn next(&mut self) -> Option<Result<Request, TransportError>> {
        loop {
            match self.inlet.next().await? {
                Ok(came) => {
                    if let Some(request) = self.read(came) {
                        return Some(Ok(request));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
