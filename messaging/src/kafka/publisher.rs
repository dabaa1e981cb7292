use super::{
    client::{Context, Link},
    config::KafkaConfig,
    connection::{Connection, blocking},
    error::{failed, not_published},
    message,
};
use crate::transport::{Outgoing, PublishError, TransportError, in_order};
use bytes::Bytes;
use rdkafka::{
    message::OwnedHeaders,
    producer::{FutureProducer, FutureRecord, Producer as _, PurgeConfig},
    types::RDKafkaErrorCode as Code,
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub(super) type Client = FutureProducer<Context>;

/// The client that publishes.
pub(super) struct Publisher {
    /// Another one takes its place when it says that it can go on no longer.
    client: Mutex<Client>,
    /// Whoever publishes in a transaction; one at a time. Whether the client can begin one at once.
    pub(super) transaction: tokio::sync::Mutex<bool>,
}

/// What is sent.
#[derive(Clone)]
pub(super) struct Sent<'a> {
    pub(super) topic: &'a str,
    pub(super) key: Option<Bytes>,
    pub(super) headers: OwnedHeaders,
    pub(super) payload: Option<Bytes>,
}

/// How long a broker that was away may take to show that it is there again.
const GLANCE: Duration = Duration::from_millis(500);

impl Publisher {
    pub(super) fn new(config: &KafkaConfig, link: &Link) -> Result<Self, TransportError> {
        let client = client(config, link)?;
        Ok(Self { client: Mutex::new(client), transaction: tokio::sync::Mutex::new(false) })
    }

    pub(super) fn client(&self) -> Client {
        self.lock().clone()
    }

    /// Puts another client in the place of this one.
    pub(super) fn renew(&self, config: &KafkaConfig, link: &Link) -> Result<(), TransportError> {
        let new = client(config, link)?;
        let old = std::mem::replace(&mut *self.lock(), new);
        // It may have to wait for its thread.
        std::thread::spawn(move || drop(old));
        Ok(())
    }

    pub(super) async fn close(&self, within: Duration) {
        let client = self.client();
        blocking(move || {
            let _ = client.flush(within);
            client.purge(PurgeConfig::default().queue().inflight());
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, Client> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn client(config: &KafkaConfig, link: &Link) -> Result<Client, TransportError> {
    let made = config.producer().create_with_context(Context(link.clone()));
    made.map_err(|error| failed("making a client of Kafka", error))
}

impl Connection {
    /// Publishes messages, and waits until they are confirmed.
    pub(super) async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        if self.closing.is_cancelled() {
            return messages.iter().map(|_| Err(PublishError::closed())).collect();
        }
        if self.link.is_away() && !self.is_there().await {
            let why =
                || TransportError::unavailable("publishing a message with Kafka", "no broker is reached");
            let first = std::iter::once_with(|| Err(PublishError::Unavailable(why())));
            return first
                .chain(std::iter::repeat_with(|| Err(PublishError::Behind)))
                .take(messages.len())
                .collect();
        }
        if self.config.transactional_id.is_some() {
            return self.publish_together(messages).await;
        }
        in_order(messages, self.config.at_once.get(), |message| async move {
            self.send(self.to_send(&message)).await
        })
        .await
    }

    pub(super) fn to_send(&self, message: &Outgoing) -> Sent<'_> {
        let (headers, data) = message::write(&message.event, &message.topic);
        let topic = self.config.topics.of(&message.topic);
        let key = Some(Bytes::copy_from_slice(message.key.as_bytes()));
        Sent { topic, key, headers, payload: Some(data) }
    }

    /// Whether a broker that was away is there again.
    async fn is_there(&self) -> bool {
        let (client, topic) = (self.publisher.client(), self.config.topics.default().to_owned());
        let timeout = GLANCE.min(self.config.confirm_timeout);
        let is_there = blocking(move || client.client().fetch_metadata(Some(&topic), timeout).is_ok()).await;
        if is_there {
            self.link.set_away(false);
        }
        is_there
    }

    /// Sends a message, and waits until it is confirmed.
    pub(super) async fn send(&self, sent: Sent<'_>) -> Result<(), PublishError> {
        if self.closing.is_cancelled() {
            return Err(PublishError::closed());
        }
        let client = self.publisher.client();
        let confirmed = tokio::select! {
            confirmed = client.send(sent.record(), self.config.confirm_timeout) => confirmed,
            () = self.closing.cancelled() => return Err(PublishError::closed()),
        };
        let Err((error, _)) = confirmed else { return Ok(()) };
        if error.rdkafka_error_code() == Some(Code::MessageTimedOut) {
            // Whoever publishes next looks first.
            self.link.set_away(true);
        }
        if let Some((code, why)) = client.client().fatal_error() {
            tracing::error!(?code, why, "the client of Kafka cannot go on, and is made anew");
            self.publisher.renew(&self.config, &self.link).map_err(PublishError::Unavailable)?;
        }
        Err(not_published(error))
    }
}

impl Sent<'_> {
    pub(super) fn record(&self) -> FutureRecord<'_, [u8], [u8]> {
        FutureRecord {
            topic: self.topic,
            partition: None,
            payload: self.payload.as_deref(),
            key: self.key.as_deref(),
            // That of the event may be years ago, and would have it deleted at once.
            timestamp: None,
            headers: Some(self.headers.clone()),
        }
    }
}
