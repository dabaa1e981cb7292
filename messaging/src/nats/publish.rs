use super::{connection::Connection, message, subject};
use crate::{
    Topic,
    transport::{Outgoing, PublishError, TransportError},
};
use async_nats::{
    HeaderMap,
    jetstream::{
        self, ErrorCode,
        context::{PublishAckFuture, PublishError as NatsError, PublishErrorKind},
        message::PublishMessage,
    },
};
use bytes::Bytes;
use futures_util::FutureExt as _;
use std::error::Error;

const DOING: &str = "publishing a message with NATS";

/// What a stream is to have.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) data: Bytes,
}

type Outcome = Result<(), PublishError>;

impl Connection {
    /// Publishes messages of different keys, all at the same time, and waits until they are confirmed.
    pub(super) async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Outcome> {
        let letters =
            messages.into_iter().map(|message| self.letter(&message).map_err(PublishError::Refused));
        self.send_all(letters).await
    }

    fn letter(&self, message: &Outgoing) -> Result<Letter, TransportError> {
        let subject = self.subject(&self.config.prefix, &message.topic, DOING)?;
        let (headers, data) = message::write_for(&message.event, &subject, &self.config.stream)?;
        Ok(Letter { subject, headers, data })
    }

    /// The subject of a topic.
    pub(super) fn subject(
        &self,
        prefix: &str,
        topic: &Topic,
        doing: &'static str,
    ) -> Result<String, TransportError> {
        let (subject, most) =
            (format!("{prefix}.{}", subject::encode(topic.as_str())), self.config.subject_bytes());
        if subject.len() > most {
            // The server would end the connection over it.
            let why = format!("its subject has {} bytes, the limit is {most}", subject.len());
            return Err(TransportError::new(doing, why));
        }
        Ok(subject)
    }

    /// Sends what a stream is to have, and waits until it has it.
    pub(super) async fn send(&self, letter: Letter) -> Outcome {
        self.send_all([Ok(letter)]).await.pop().unwrap_or(Err(PublishError::Behind))
    }

    async fn send_all(
        &self,
        letters: impl IntoIterator<Item = Result<Letter, PublishError>>,
    ) -> Vec<Outcome> {
        let letters: Vec<_> = letters.into_iter().collect();
        // `None` for what is not known to be there.
        let mut outcomes: Vec<Option<Outcome>> = letters.iter().map(|_| None).collect();
        let mut why = self.send_into(letters, &mut outcomes).await.err();
        let mut unknown = || Err(why.take().unwrap_or(PublishError::Behind));
        outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(&mut unknown)).collect()
    }

    /// Says what became of the letters as far as that is known, and why not of all.
    async fn send_into(
        &self,
        letters: Vec<Result<Letter, PublishError>>,
        outcomes: &mut [Option<Outcome>],
    ) -> Outcome {
        if self.closing.is_cancelled() {
            return Err(PublishError::closed());
        }
        let link = self.link();
        if !link.is_up {
            // The client would keep it until it has a connection.
            return Err(unavailable("there is no connection"));
        }
        let mut links = self.link.clone();
        let sent = async {
            let mut sent = Vec::with_capacity(outcomes.len());
            for (letter, outcome) in letters.into_iter().zip(outcomes) {
                match letter {
                    Ok(Letter { subject, headers, data }) => {
                        let message = PublishMessage::build().headers(headers).payload(data);
                        let acknowledged = self.jetstream.send_publish(subject, message).await;
                        match acknowledged {
                            Ok(acknowledged) => sent.push((outcome, acknowledged)),
                            Err(error) => *outcome = Some(Err(failed(error))),
                        }
                    }
                    Err(refused) => *outcome = Some(Err(refused)),
                }
            }
            self.confirm(sent).await
        };
        tokio::select! {
            biased;
            confirmed = sent => confirmed,
            // The confirmations would have come over the connection that is lost.
            _ = links.wait_for(|now| now.losses != link.losses) => Err(unavailable("the connection is lost")),
            () = self.closing.cancelled() => Err(PublishError::closed()),
        }
    }

    /// Waits until all are confirmed: for each so long as the configuration says, after the one before it.
    async fn confirm(&self, sent: Vec<(&mut Option<Outcome>, PublishAckFuture)>) -> Outcome {
        let mut sent = sent.into_iter();
        while let Some((outcome, acknowledged)) = sent.next() {
            let Err(error) = acknowledged.await else {
                *outcome = Some(Ok(()));
                continue;
            };
            let is_missing = error.kind() == PublishErrorKind::StreamNotFound;
            let error = failed(error);
            let is_away = matches!(error, PublishError::Unavailable(_));
            *outcome = Some(Err(error));
            if is_away {
                // What has been confirmed meanwhile need not be published again.
                for (outcome, acknowledged) in sent {
                    *outcome = acknowledged
                        .into_future()
                        .now_or_never()
                        .and_then(|answer| answer.ok().map(|_| Ok(())));
                }
                if is_missing {
                    self.restore().await;
                }
                break;
            }
        }
        Ok(())
    }

    /// Makes the streams again, should they be gone. They may be there as well: a server that has just started has not read them all.
    async fn restore(&self) {
        // One at a time, and nobody waits for it: the messages are tried again anyway.
        let Ok(_turn) = self.restoring.try_lock() else { return };
        if let Err(error) = self.stream().await {
            tracing::warn!(error = ?error, "no stream of NATS takes what is published");
        }
    }
}

fn failed(error: NatsError) -> PublishError {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => PublishError::Refused(TransportError::new(DOING, error)),
        PublishErrorKind::StreamNotFound => unavailable("no stream takes it now"),
        PublishErrorKind::TimedOut => unavailable("it was not confirmed in time"),
        // Whatever else it is, a stream that is full for example, it is not about this message.
        _ if !is_about_the_message(&error) => unavailable(error),
        _ => PublishError::Refused(TransportError::new(DOING, error)),
    }
}

fn is_about_the_message(error: &NatsError) -> bool {
    let Some(why) = error.source() else { return false };
    let answer = why.downcast_ref::<jetstream::Error>().map(jetstream::Error::error_code);
    answer == Some(ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM) || why.is::<async_nats::SubjectError>()
}

fn unavailable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> PublishError {
    PublishError::Unavailable(TransportError::unavailable(DOING, why))
}
