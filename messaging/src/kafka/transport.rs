use super::{KafkaConfig, connection::Connection, feed::KafkaFeed, polling};
use crate::transport::{Capabilities, Feed, Listen, Outgoing, PublishError, Transport, TransportError};
use async_trait::async_trait;
use std::{fmt, sync::Arc};

/// A connection to Kafka; cheap to clone, and all clones are one connection. See the [module](super).
#[derive(Clone)]
pub struct Kafka {
    connection: Arc<Connection>,
}

impl Kafka {
    /// Connects to the brokers at `url` (`localhost:9092`, or `kafka://localhost:9092`), with the defaults of [`KafkaConfig`].
    ///
    /// # Errors
    /// As [`KafkaConfig::connect`].
    pub async fn connect(url: impl AsRef<str>) -> Result<Self, TransportError> {
        KafkaConfig::new(url).connect().await
    }

    pub(super) async fn of(config: KafkaConfig) -> Result<Self, TransportError> {
        Ok(Self { connection: Arc::new(Connection::open(config).await?) })
    }

    fn check_open(&self) -> Result<(), TransportError> {
        if self.connection.closing.is_cancelled() {
            return Err(TransportError::closed("listening with Kafka"));
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for Kafka {
    fn name(&self) -> &'static str {
        "kafka"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
            .confirms()
            .durable()
            .keeps()
            .competes()
            .redelivers()
            .delays()
            .dead_letters()
            .replays()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        self.connection.publish(messages).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        self.check_open()?;
        polling::prepare(&self.connection, &listen).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        self.check_open()?;
        let (consumer, prefetch) = (listen.consumer.clone(), usize::from(listen.prefetch.get()));
        let desk = polling::poll(&self.connection, listen).await?;
        Ok(Box::new(KafkaFeed { connection: Arc::clone(&self.connection), consumer, prefetch, desk }))
    }

    async fn close(&self) {
        self.connection.close().await;
    }
}

impl fmt::Debug for Kafka {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kafka")
            .field("config", &self.connection.config)
            .field("is_away", &self.connection.link.is_away())
            .finish_non_exhaustive()
    }
}
