use super::{connection::Connection, desk::Desk, settle::KafkaSettle};
use crate::transport::{Feed, Incoming, Settle as _, Settlement, TransportError};
use async_trait::async_trait;
use factum_core::{Causes, ConsumerName};
use std::sync::Arc;
use tokio::time::Instant;

/// What a thread that [polls](super::polling) has received. It sees when this is dropped.
pub(super) struct KafkaFeed {
    pub(super) connection: Arc<Connection>,
    pub(super) consumer: ConsumerName,
    pub(super) prefetch: usize,
    pub(super) desk: Arc<Desk>,
}

#[async_trait]
impl Feed for KafkaFeed {
    async fn next(&mut self) -> Option<Result<Incoming, TransportError>> {
        loop {
            let mut changed = std::pin::pin!(self.desk.changed.notified());
            // Before the look, so that what changes after it is not missed.
            changed.as_mut().enable();
            let taken = {
                let mut state = self.desk.state();
                if let Some(error) = state.failed.take() {
                    return Some(Err(error));
                }
                if state.is_closing {
                    return None;
                }
                state.take(self.prefetch)
            };
            match taken {
                Ok(entry) => {
                    let settle = KafkaSettle {
                        connection: Arc::clone(&self.connection),
                        consumer: self.consumer.clone(),
                        desk: Arc::clone(&self.desk),
                        entry,
                    };
                    if let Some(incoming) = read(settle) {
                        return Some(Ok(incoming));
                    }
                }
                Err(Some(due)) => tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep_until(Instant::from_std(due)) => {}
                },
                Err(None) => changed.await,
            }
        }
    }
}

/// What cannot be read is rejected, beside those that can.
fn read(settle: KafkaSettle) -> Option<Incoming> {
    let entry = &settle.entry;
    let error = match (entry.topic.clone(), entry.record.event()) {
        (Some(topic), Ok(event)) => {
            let attempts = entry.attempts;
            return Some(Incoming::new(topic, event, attempts, settle));
        }
        (None, Ok(_)) => "its topic is none, or a header has no name".to_owned(),
        (_, Err(error)) => Causes(&error).to_string(),
    };
    let (consumer, place) = (&settle.consumer, &entry.place);
    tracing::error!(
        %consumer, partition = %place.partition, offset = place.offset, error, "message of Kafka is rejected"
    );
    tokio::spawn(async move {
        if let Err(error) = Box::new(settle).settle(Settlement::Rejected).await {
            tracing::warn!(error = ?error, "message of Kafka that cannot be read will come again");
        }
    });
    None
}

impl Drop for KafkaFeed {
    fn drop(&mut self) {
        self.desk.close();
    }
}
