use crate::{
    CloudEvent,
    nats::{connection::Connection, message},
    remote::Respond,
    transport::TransportError,
};
use async_nats::{PublishErrorKind, Subject};
use async_trait::async_trait;
use std::sync::Arc;

/// The inbox of whoever has asked.
pub(super) struct NatsRespond {
    pub(super) connection: Arc<Connection>,
    /// `None` if nobody waits for a reply.
    pub(super) reply: Option<Subject>,
}

#[async_trait]
impl Respond for NatsRespond {
    async fn respond(&self, reply: CloudEvent) -> Result<(), TransportError> {
        let doing = "sending a reply with NATS";
        let Some(inbox) = self.reply.clone() else { return Ok(()) };
        let (headers, data) = message::write(&reply)?;
        match self.connection.client.publish_with_headers(inbox, headers, data).await {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                Err(TransportError::new(doing, error))
            }
            Err(error) => Err(TransportError::unavailable(doing, error)),
        }
    }
}
