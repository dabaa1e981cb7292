use super::{publish::Letter, settle::NatsSettle};
use crate::transport::{PublishError, TransportError};
use async_nats::{HeaderMap, header::NATS_MESSAGE_ID};

/// The headers of NATS that are about publishing, and not of the message.
const OF_PUBLISHING: &str = "Nats-";

impl NatsSettle {
    /// Publishes the message, as it has come, as a dead letter of its consumer, and waits until that is confirmed.
    pub(super) async fn bury(&self) -> Result<(), TransportError> {
        let connection = &self.connection;
        connection.dead_stream().await?;
        let prefix = &connection.config.prefix;
        let topic = self.subject.strip_prefix(prefix.as_str()).unwrap_or_default();
        let mut subject = format!("{prefix}_dead.{}{topic}", self.consumer);
        if subject.len() > connection.config.subject_bytes() {
            // Better without its topic than not at all.
            subject = format!("{prefix}_dead.{}", self.consumer);
        }
        let headers = self.headers.iter().flat_map(HeaderMap::iter);
        let kept = headers.filter(|(name, _)| !AsRef::<str>::as_ref(name).starts_with(OF_PUBLISHING));
        let headers: HeaderMap = kept
            .flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())))
            .collect();
        let mut known = headers.clone();
        // Rejected once more, because nobody heard that it was, it is still one dead letter.
        known.insert(NATS_MESSAGE_ID, format!("{}.{}", self.consumer, self.key.sequence));
        let letter = |headers| Letter { subject: subject.clone(), headers, data: self.payload.clone() };
        let mut buried = connection.send(letter(known)).await;
        if buried.as_ref().is_err_and(PublishError::is_refused) {
            // The message may be as large as the server permits.
            buried = connection.send(letter(headers)).await;
        }
        buried.map_err(|error| match error {
            PublishError::Refused(error) | PublishError::Unavailable(error) => error,
            PublishError::Behind => TransportError::new("burying a message of NATS", "it was not tried"),
        })
    }
}
