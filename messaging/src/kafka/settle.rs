use super::{
    connection::Connection,
    desk::{Desk, Entry},
};
use crate::transport::{Settle, Settlement, TransportError};
use async_trait::async_trait;
use factum_core::ConsumerName;
use std::{sync::Arc, time::Duration};

/// A message in hand.
pub(super) struct KafkaSettle {
    pub(super) connection: Arc<Connection>,
    pub(super) consumer: ConsumerName,
    pub(super) desk: Arc<Desk>,
    pub(super) entry: Entry,
}

const DOING: &str = "settling a message of Kafka";
/// Before a message comes again that could not become a dead letter.
const PAUSE: Duration = Duration::from_secs(1);

impl KafkaSettle {
    fn acknowledge(&self) -> Result<(), TransportError> {
        if self.desk.settle(&self.entry.place) {
            return Ok(());
        }
        Err(self.not_ours())
    }

    fn not_ours(&self) -> TransportError {
        match self.desk.state().is_closing {
            true => TransportError::closed(DOING),
            false => TransportError::unavailable(DOING, "its partition has been given to another one"),
        }
    }

    /// Waits until the broker has heard that everything up to this message is settled.
    async fn confirmed(&self) -> Result<(), TransportError> {
        let place = &self.entry.place;
        let mut committed = self.desk.committed.subscribe();
        let heard = async {
            loop {
                committed.mark_unchanged();
                {
                    let mut state = self.desk.state();
                    let confirmed = state.of(place).map(|progress| progress.confirmed);
                    match confirmed {
                        Some(Some(confirmed)) if confirmed > place.offset => return Ok(()),
                        Some(_) if !state.is_closing => {}
                        _ => {
                            drop(state);
                            return Err(self.not_ours());
                        }
                    }
                }
                if committed.changed().await.is_err() {
                    return Err(TransportError::closed(DOING));
                }
            }
        };
        tokio::time::timeout(self.connection.config.confirm_timeout, heard)
            .await
            .unwrap_or_else(|elapsed| Err(TransportError::unavailable(DOING, elapsed)))
    }

    async fn reject(self) -> Result<(), TransportError> {
        if self.desk.state().of(&self.entry.place).is_none() {
            let error = self.not_ours();
            Box::new(self).dropped();
            return Err(error);
        }
        let buried = self.connection.bury(&self.consumer, &self.entry).await;
        match buried {
            Ok(()) => self.acknowledge(),
            Err(error) => {
                self.desk.give_back(self.entry, PAUSE);
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Settle for KafkaSettle {
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError> {
        match settlement {
            Settlement::Acknowledged => {
                self.acknowledge()?;
                if self.connection.config.confirms_acks { self.confirmed().await } else { Ok(()) }
            }
            Settlement::Again(pause) => {
                self.desk.give_back(self.entry, pause);
                Ok(())
            }
            Settlement::Rejected => self.reject().await,
        }
    }

    fn dropped(self: Box<Self>) {
        // If its partition is somebody else's, that one gets it.
        self.desk.give_back(self.entry, Duration::ZERO);
    }
}
