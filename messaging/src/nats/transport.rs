use super::{NatsConfig, connection::Connection, feed::NatsFeed, name::durable, pulling::pull, stream::Kept};
use crate::transport::{
    Capabilities, Feed, Listen, Outgoing, PublishError, Transport, TransportError, in_turns,
};
use async_trait::async_trait;
use std::{fmt, sync::Arc};

/// A connection to NATS, with a stream of `JetStream`; cheap to clone, and all clones are one connection. See the [module](super).
#[derive(Clone)]
pub struct Nats {
    pub(super) connection: Arc<Connection>,
    kept: Kept,
}

impl Nats {
    /// Connects to the server at `url` (`nats://localhost:4222`), with the defaults of [`NatsConfig`].
    ///
    /// # Errors
    /// As [`NatsConfig::connect`].
    pub async fn connect(url: impl Into<String>) -> Result<Self, TransportError> {
        NatsConfig::new(url).connect().await
    }

    pub(super) async fn of(config: NatsConfig) -> Result<Self, TransportError> {
        config.check()?;
        let connection = Connection::open(config).await?;
        let kept = connection.stream().await?;
        if kept.in_files && !connection.config.fsync_is_always {
            tracing::warn!(
                stream = connection.config.stream,
                "by default NATS confirms messages that are on no disk for up to 2 minutes; set sync_interval: always in the \
                 section jetstream of its configuration, and say NatsConfig::fsync_is_always"
            );
        }
        Ok(Self { connection: Arc::new(connection), kept })
    }

    fn check_open(&self) -> Result<(), TransportError> {
        if self.connection.closing.is_cancelled() {
            return Err(TransportError::closed("listening with NATS"));
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn capabilities(&self) -> Capabilities {
        let all =
            Capabilities::new().confirms().keeps().competes().redelivers().delays().dead_letters().replays();
        if self.kept.in_files { all.durable() } else { all }
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let at_once = self.connection.config.at_once.get();
        in_turns(messages, at_once, |messages| self.connection.publish(messages)).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        self.check_open()?;
        if listen.alone && self.connection.is_listened_to_alone(&listen.consumer).await? {
            // Whoever has it must not be disturbed.
            return Ok(());
        }
        self.connection.declare(&listen, durable(&listen.consumer), true).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        self.check_open()?;
        let received = pull(Arc::clone(&self.connection), listen).await?;
        Ok(Box::new(NatsFeed::new(Arc::clone(&self.connection), received)))
    }

    async fn close(&self) {
        self.connection.close().await;
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nats")
            .field("config", &self.connection.config)
            .field("link", &self.connection.link())
            .finish_non_exhaustive()
    }
}
