use super::{
    feed::LocalFeed,
    queue::{Entry, Queue},
    serve::Service,
};
use crate::transport::{Capabilities, Feed, Listen, Outgoing, PublishError, Transport, TransportError};
use async_trait::async_trait;
use factum_core::ConsumerName;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Semaphore;

/// A broker in this process; cheap to clone, and all clones are one broker.
///
/// It has a queue for each consumer that has ever listened, of as many messages as there are: nothing is dropped, and nothing
/// survives the process.
#[derive(Clone, Default)]
pub struct LocalBroker {
    shared: Arc<Shared>,
}

#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) queues: HashMap<ConsumerName, Queue>,
    pub(super) services: HashMap<ConsumerName, Service>,
    pub(super) is_closed: bool,
}

impl LocalBroker {
    /// A broker that nobody listens to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What the consumer has rejected, the oldest first.
    #[must_use]
    pub fn dead_letters(&self, consumer: &ConsumerName) -> Vec<Outgoing> {
        self.shared.state().queues.get(consumer).map(Queue::dead_letters).unwrap_or_default()
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for LocalBroker {
    fn name(&self) -> &'static str {
        "local"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().confirms().keeps().competes().redelivers().delays().dead_letters()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let mut state = self.shared.state();
        if state.is_closed {
            return messages.iter().map(|_| Err(PublishError::closed())).collect();
        }
        let results = messages.iter().map(|_| Ok(())).collect();
        for message in messages {
            for queue in state.queues.values_mut().filter(|queue| queue.asks_for(&message.topic)) {
                queue.put(Entry { message: message.clone(), attempt: 0 });
            }
        }
        results
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        let mut state = self.shared.state();
        if state.is_closed {
            return Err(TransportError::closed("listening"));
        }
        let Listen { consumer, patterns, prefetch, .. } = listen;
        let queue = state.queues.entry(consumer.clone()).or_default();
        queue.patterns = patterns;
        let room = Arc::new(Semaphore::new(usize::from(prefetch.get())));
        Ok(Box::new(LocalFeed::new(Arc::clone(&self.shared), consumer, queue.changed(), room)))
    }

    async fn close(&self) {
        let mut state = self.shared.state();
        state.is_closed = true;
        state.queues.values().for_each(Queue::wake);
        state.services.values().for_each(Service::wake);
    }
}

impl fmt::Debug for LocalBroker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalBroker")
            .field("consumers", &self.shared.state().queues.len())
            .finish_non_exhaustive()
    }
}
