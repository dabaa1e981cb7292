use super::{Credentials, GooglePubsubConfig, connection::Connection, feed::PubsubFeed, pulling::pull};
use crate::transport::{
    Capabilities, Feed, Listen, Outgoing, PublishError, Transport, TransportError, key_by_key,
};
use async_trait::async_trait;
use std::{fmt, sync::Arc};

/// Google Cloud Pub/Sub, by its REST interface; cheap to clone. See the [module](super).
#[derive(Clone)]
pub struct GooglePubsub {
    connection: Arc<Connection>,
}

impl GooglePubsub {
    pub(super) async fn of(
        config: GooglePubsubConfig,
        endpoint: &str,
        credentials: Arc<dyn Credentials>,
    ) -> Result<Self, TransportError> {
        let connection = Connection::open(config, endpoint, credentials)?;
        if connection.config.declares {
            connection.declare_topic(&connection.config.topic).await?;
        }
        Ok(Self { connection: Arc::new(connection) })
    }

    fn check_open(&self) -> Result<(), TransportError> {
        if self.connection.closing.is_cancelled() {
            return Err(TransportError::closed("listening with Pub/Sub"));
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for GooglePubsub {
    fn name(&self) -> &'static str {
        "google-pubsub"
    }

    /// Those of Google's service. The official emulator keeps everything in memory, and so is not durable.
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().confirms().durable().keeps().competes().redelivers().delays().dead_letters()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let at_once = self.connection.config.at_once.get();
        key_by_key(messages, at_once, |of_key, away| self.connection.publish_key(of_key, away)).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        self.check_open()?;
        self.connection.declare(&listen).await.map(drop)
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        self.check_open()?;
        let connection = Arc::clone(&self.connection);
        let received = pull(Arc::clone(&connection), listen).await?;
        Ok(Box::new(PubsubFeed { connection, received }))
    }

    async fn close(&self) {
        self.connection.close().await;
    }
}

impl fmt::Debug for GooglePubsub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GooglePubsub").field("config", &self.connection.config).finish_non_exhaustive()
    }
}
