use super::{connection::Connection, desk::Entry, publisher::Sent, topics};
use crate::transport::{PublishError, TransportError};
use factum_core::ConsumerName;
use rdkafka::message::{Header, OwnedHeaders};

/// Who has rejected a message, and where it was.
const CONSUMER: &str = "factum_dead_consumer";
const PLACE: &str = "factum_dead_place";

impl Connection {
    /// Publishes a message, as it has come, to the topic of dead letters, and waits until that is confirmed.
    pub(super) async fn bury(&self, consumer: &ConsumerName, entry: &Entry) -> Result<(), TransportError> {
        let (record, place) = (&entry.record, &entry.place);
        let topic = topics::dead(&place.partition.topic);
        self.declare_dead(&topic).await?;
        let insert =
            |headers: OwnedHeaders, key: &str, value: Option<&[u8]>| headers.insert(Header { key, value });
        let as_it_was = record
            .headers
            .iter()
            .fold(OwnedHeaders::new(), |headers, (name, value)| insert(headers, name, value.as_deref()));
        let at = format!("{}/{}", place.partition, place.offset);
        let named = insert(as_it_was.clone(), CONSUMER, Some(consumer.as_str().as_bytes()));
        let named = insert(named, PLACE, Some(at.as_bytes()));
        let sent =
            Sent { topic: &topic, key: record.key.clone(), headers: named, payload: record.payload.clone() };
        let mut buried = self.send_alone(sent.clone()).await;
        if buried.as_ref().is_err_and(PublishError::is_refused) {
            // The message may be as large as the broker permits.
            buried = self.send_alone(Sent { headers: as_it_was, ..sent }).await;
        }
        buried.map_err(|error| match error {
            PublishError::Refused(error) | PublishError::Unavailable(error) => error,
            PublishError::Behind => TransportError::new("burying a message of Kafka", "it was not tried"),
        })
    }

    /// Makes the topic of dead letters once it is needed.
    async fn declare_dead(&self, topic: &str) -> Result<(), TransportError> {
        let mut declared = self.dead.lock().await;
        if !declared.contains(topic) {
            self.declare(topic).await?;
            declared.insert(topic.to_owned());
        }
        Ok(())
    }
}
