use super::settle::PubsubSettle;
use crate::transport::{PublishError, TransportError};

/// The attribute that says whose dead letter it is.
const CONSUMER: &str = "factum-consumer";

impl PubsubSettle {
    /// Publishes the message, as it has come, as a dead letter of its consumer, and waits until that is confirmed.
    pub(super) async fn bury(&self) -> Result<(), TransportError> {
        let connection = &self.connection;
        connection.dead.get_or_try_init(|| connection.declare_dead_topic()).await?;
        let mut known = self.message.clone();
        known.attributes.insert(CONSUMER.to_owned(), self.consumer.to_string());
        let mut buried = connection.send_dead(&known).await;
        if buried.as_ref().is_err_and(PublishError::is_refused) {
            // It may be as large as can be, or have as many attributes.
            buried = connection.send_dead(&self.message).await;
        }
        buried.map_err(|error| match error {
            PublishError::Refused(error) | PublishError::Unavailable(error) => error,
            PublishError::Behind => TransportError::new("burying a message of Pub/Sub", "it was not tried"),
        })
    }
}
