use super::{
    connection::{Connection, blocking},
    error::{failed, not_published},
    publisher::{Client, Publisher, Sent},
};
use crate::transport::{Outgoing, PublishError, TransportError};
use rdkafka::{error::KafkaError, producer::Producer as _, types::RDKafkaErrorCode as Code};

const DOING: &str = "publishing messages with Kafka in a transaction";

/// What has become of a transaction.
enum Outcome {
    Committed,
    /// Nothing was published, because of the message at this place.
    Refused(usize, PublishError),
    /// Nothing is known to be published.
    Failed(TransportError),
}

impl Publisher {
    /// Ends what was begun under the transactional id, if there is one, and takes the id over.
    pub(super) async fn begin(&self, config: &super::KafkaConfig) -> Result<(), TransportError> {
        let Some(id) = &config.transactional_id else { return Ok(()) };
        let doing = format!("taking over transactional id {id} of Kafka");
        let mut is_ready = self.transaction.lock().await;
        let (client, timeout) = (self.client(), config.connect_timeout);
        blocking(move || client.init_transactions(timeout)).await.map_err(|error| of(doing, error))?;
        *is_ready = true;
        Ok(())
    }
}

impl Connection {
    /// Publishes messages in a transaction, without those that are refused, and without what is behind them.
    pub(super) async fn publish_together(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let mut results: Vec<_> = messages.iter().map(|_| Err(PublishError::Behind)).collect();
        let mut left: Vec<(usize, Outgoing)> = messages.into_iter().enumerate().collect();
        while let Some(&(first, _)) = left.first() {
            let sent: Vec<_> = left.iter().map(|(_, message)| self.to_send(message)).collect();
            match self.commit(&sent).await {
                Outcome::Committed => {
                    left.iter().for_each(|(index, _)| results[*index] = Ok(()));
                    break;
                }
                Outcome::Refused(place, error) => {
                    let (index, refused) = left.remove(place);
                    results[index] = Err(error);
                    left.retain(|(later, message)| *later < index || message.key != refused.key);
                }
                Outcome::Failed(error) => {
                    results[first] = Err(PublishError::Unavailable(error));
                    break;
                }
            }
        }
        results
    }

    /// Sends what is no part of a call of its own: a dead letter.
    pub(super) async fn send_alone(&self, sent: Sent<'_>) -> Result<(), PublishError> {
        if self.config.transactional_id.is_none() {
            return self.send(sent).await;
        }
        match self.commit(&[sent]).await {
            Outcome::Committed => Ok(()),
            Outcome::Refused(_, error) => Err(error),
            Outcome::Failed(error) => Err(PublishError::Unavailable(error)),
        }
    }

    async fn commit(&self, messages: &[Sent<'_>]) -> Outcome {
        let mut is_ready = self.publisher.transaction.lock().await;
        if !*is_ready {
            if let Err(error) = self.publisher.renew(&self.config, &self.link) {
                return Outcome::Failed(error);
            }
            let (client, timeout) = (self.publisher.client(), self.config.connect_timeout);
            if let Err(error) = blocking(move || client.init_transactions(timeout)).await {
                return Outcome::Failed(of(DOING.to_owned(), error));
            }
        }
        // Also if nobody waits for this any more: then it is not known what has become of the transaction.
        *is_ready = false;
        let client = self.publisher.client();
        if let Err(error) = client.begin_transaction() {
            return Outcome::Failed(of(DOING.to_owned(), error));
        }
        let timeout = self.config.confirm_timeout;
        let sent = send_all(&client, messages).await;
        let ended = match &sent {
            Ok(()) => blocking(move || client.commit_transaction(timeout)).await,
            Err(_) => blocking(move || client.abort_transaction(timeout)).await,
        };
        match (sent, ended) {
            (Ok(()), Ok(())) => {
                *is_ready = true;
                Outcome::Committed
            }
            (Err((place, error)), Ok(())) => {
                *is_ready = true;
                match not_published(error) {
                    refused @ PublishError::Refused(_) => Outcome::Refused(place, refused),
                    PublishError::Unavailable(error) => Outcome::Failed(error),
                    PublishError::Behind => unreachable!("an error is a reason"),
                }
            }
            // The next one takes the id over, which ends this transaction either way.
            (_, Err(error)) => Outcome::Failed(of(DOING.to_owned(), error)),
        }
    }
}

/// Sends messages one after the other, and waits until the broker has them all. Which one failed, and why.
async fn send_all(client: &Client, messages: &[Sent<'_>]) -> Result<(), (usize, KafkaError)> {
    let mut confirmations = Vec::with_capacity(messages.len());
    let mut result = Ok(());
    for (place, message) in messages.iter().enumerate() {
        match client.send_result(message.record()) {
            Ok(confirmation) => confirmations.push((place, confirmation)),
            Err((error, _)) => {
                result = Err((place, error));
                break;
            }
        }
    }
    // The first one that failed is the reason of the others, unless one was refused before it was sent.
    for (place, confirmation) in confirmations {
        let failed = match confirmation.await {
            Ok(Ok(_)) => continue,
            Ok(Err((error, _))) => error,
            Err(_) => KafkaError::Canceled,
        };
        if result.is_ok() {
            result = Err((place, failed));
        }
    }
    result
}

/// That somebody else has the id is said in words.
fn of(doing: String, error: KafkaError) -> TransportError {
    match error.rdkafka_error_code() {
        Some(Code::ProducerFenced | Code::Fenced | Code::InvalidProducerEpoch) => TransportError::new(
            doing,
            format!("another process has taken over this transactional id ({error})"),
        ),
        _ => failed(doing, error),
    }
}
