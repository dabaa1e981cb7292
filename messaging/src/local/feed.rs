use super::{broker::Shared, queue::Entry};
use crate::transport::{Feed, Incoming, Settle, Settlement, TransportError};
use async_trait::async_trait;
use factum_core::ConsumerName;
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub(super) struct LocalFeed {
    shared: Arc<Shared>,
    consumer: ConsumerName,
    changed: Arc<Notify>,
    /// For messages that are under way.
    room: Arc<Semaphore>,
}

impl LocalFeed {
    pub(super) const fn new(
        shared: Arc<Shared>,
        consumer: ConsumerName,
        changed: Arc<Notify>,
        room: Arc<Semaphore>,
    ) -> Self {
        Self { shared, consumer, changed, room }
    }
}

#[async_trait]
impl Feed for LocalFeed {
    async fn next(&mut self) -> Option<Result<Incoming, TransportError>> {
        // It is never closed.
        let room = Arc::clone(&self.room).acquire_owned().await.ok()?;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Before the look, so that what changes after it is not missed.
            changed.as_mut().enable();
            {
                let mut state = self.shared.state();
                if state.is_closed {
                    // For the other feeds of the consumer.
                    self.changed.notify_one();
                    return None;
                }
                let taken = state.queues.get_mut(&self.consumer).and_then(super::queue::Queue::take);
                if let Some((place, Entry { message, attempt })) = taken {
                    let attempt = attempt.saturating_add(1);
                    let (topic, event) = (message.topic.clone(), message.event.clone());
                    let (shared, consumer) = (Arc::clone(&self.shared), self.consumer.clone());
                    let entry = Entry { message, attempt };
                    let settle = LocalSettle { shared, consumer, place, entry, _room: room };
                    return Some(Ok(Incoming::new(topic, event, attempt, settle)));
                }
            }
            changed.await;
        }
    }
}

struct LocalSettle {
    shared: Arc<Shared>,
    consumer: ConsumerName,
    place: u64,
    entry: Entry,
    _room: OwnedSemaphorePermit,
}

impl LocalSettle {
    fn put_back(self) {
        if let Some(queue) = self.shared.state().queues.get_mut(&self.consumer) {
            queue.put_back(self.place, self.entry);
        }
    }
}

#[async_trait]
impl Settle for LocalSettle {
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError> {
        match settlement {
            Settlement::Acknowledged => {}
            Settlement::Again(Duration::ZERO) => self.put_back(),
            Settlement::Again(pause) => {
                tokio::spawn(async move {
                    // It makes room for others meanwhile.
                    let Self { shared, consumer, place, entry, _room } = *self;
                    drop(_room);
                    tokio::time::sleep(pause).await;
                    if let Some(queue) = shared.state().queues.get_mut(&consumer) {
                        queue.put_back(place, entry);
                    }
                });
            }
            Settlement::Rejected => {
                if let Some(queue) = self.shared.state().queues.get_mut(&self.consumer) {
                    queue.bury(self.entry.message);
                }
            }
        }
        Ok(())
    }

    fn dropped(self: Box<Self>) {
        self.put_back();
    }
}
