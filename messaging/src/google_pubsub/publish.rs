use super::{
    connection::Connection,
    message::{self, Message},
};
use crate::transport::{Away, Outgoing, PublishError, TransportError};
use serde::Deserialize;

/// Google takes so many messages in a request, and so many bytes.
const MESSAGES: usize = 1_000;
const BYTES: usize = 10_000_000;

/// What is published in one request: messages of one key, since Google asks for that, as JSON.
#[derive(Default)]
struct Batch {
    messages: Vec<String>,
    bytes: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Published {
    message_ids: Vec<String>,
}

impl Batch {
    fn has_room_for(&self, message: &str) -> bool {
        self.messages.is_empty() || (self.messages.len() < MESSAGES && self.bytes + message.len() < BYTES)
    }

    fn push(&mut self, message: String) {
        // With a comma.
        self.bytes += message.len() + 1;
        self.messages.push(message);
    }
}

impl Connection {
    /// Publishes the messages of one key, in order, as many in one request as there can be. Tells what became of them, until one
    /// was not published.
    pub(super) async fn publish_key(
        &self,
        messages: Vec<Outgoing>,
        away: Away,
    ) -> Vec<Result<(), PublishError>> {
        let mut done = Vec::with_capacity(messages.len());
        let mut batch = Batch::default();
        for message in messages {
            match message::write(&message).map(|message| text(&message)) {
                Ok(message) => {
                    if !batch.has_room_for(&message) && !self.flush(&mut batch, &away, &mut done).await {
                        return done;
                    }
                    batch.push(message);
                }
                Err(error) => {
                    if self.flush(&mut batch, &away, &mut done).await {
                        done.push(Err(PublishError::Refused(error)));
                    }
                    return done;
                }
            }
        }
        self.flush(&mut batch, &away, &mut done).await;
        done
    }

    /// Whether all of it was published.
    async fn flush(&self, batch: &mut Batch, away: &Away, done: &mut Vec<Result<(), PublishError>>) -> bool {
        let Batch { messages, .. } = std::mem::take(batch);
        if messages.is_empty() {
            return true;
        }
        if away.is_so() {
            return false;
        }
        match self.send(&self.config.topic, &messages).await {
            // It is one of them that is refused, and it is not said which.
            Err(error) if error.is_refused() && messages.len() > 1 => {
                for message in &messages {
                    if away.is_so() {
                        return false;
                    }
                    let result = self.send(&self.config.topic, std::slice::from_ref(message)).await;
                    let has_failed = away.sees(&result);
                    done.push(result);
                    if has_failed {
                        return false;
                    }
                }
                true
            }
            Err(error) => {
                let result = Err(error);
                away.sees(&result);
                done.push(result);
                false
            }
            Ok(()) => {
                done.extend(messages.iter().map(|_| Ok(())));
                true
            }
        }
    }

    /// Publishes what is dead, and waits until it is kept.
    pub(super) async fn send_dead(&self, message: &Message) -> Result<(), PublishError> {
        self.send(&self.config.dead_topic(), &[text(message)]).await
    }

    async fn send(&self, topic: &str, messages: &[String]) -> Result<(), PublishError> {
        let body = format!("{{\"messages\":[{}]}}", messages.join(","));
        let path = format!("topics/{topic}:publish");
        let published = tokio::select! {
            biased;
            () = self.closing.cancelled() => return Err(PublishError::closed()),
            published = self.post::<Published>(&path, body.into(), self.config.timeout) => published,
        };
        match published {
            Ok(Published { message_ids }) if message_ids.len() == messages.len() => Ok(()),
            Ok(Published { message_ids }) => {
                let why = format!("{} of {} messages were confirmed", message_ids.len(), messages.len());
                let error = TransportError::unavailable("publishing messages with Pub/Sub", why);
                Err(PublishError::Unavailable(error))
            }
            Err(failure) => {
                if failure.is_missing() {
                    self.restore(topic).await;
                }
                Err(failure.of_publishing())
            }
        }
    }

    /// Makes a topic again that is gone. What is published meanwhile is tried again anyway.
    async fn restore(&self, topic: &str) {
        let Ok(_turn) = self.restoring.try_lock() else { return };
        if !self.config.declares {
            return;
        }
        let restored = match topic == self.config.topic {
            true => self.declare_topic(topic).await,
            false => self.declare_dead_topic().await,
        };
        match restored {
            Ok(()) => tracing::warn!(topic, "the topic of Pub/Sub was gone, and has been made again"),
            Err(error) => tracing::warn!(topic, ?error, "the topic of Pub/Sub is gone"),
        }
    }
}

fn text(message: &Message) -> String {
    serde_json::to_string(message).expect("text can be written as JSON")
}

#[cfg(test)]
mod tests {
    use super::{BYTES, Batch, MESSAGES};

    #[test]
    fn a_batch_has_as_much_as_google_takes() {
        let mut batch = Batch::default();
        while batch.has_room_for("{}") {
            batch.push("{}".to_owned());
        }
        assert_eq!(batch.messages.len(), MESSAGES);

        let mut batch = Batch::default();
        // One alone is the server's to refuse.
        assert!(batch.has_room_for(&"x".repeat(BYTES + 1)));
        batch.push("x".repeat(BYTES / 2));
        assert!(batch.has_room_for("{}"));
        assert!(!batch.has_room_for(&"x".repeat(BYTES / 2)));
    }
}
