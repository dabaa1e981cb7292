use super::broker::{LocalBroker, Shared};
use crate::{
    CloudEvent, Topic, TopicPattern,
    remote::{Request, RequestError, RequestReply, Requests, Respond, Serve},
    transport::TransportError,
};
use async_trait::async_trait;
use factum_core::ConsumerName;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, oneshot},
    time::timeout,
};

/// What waits for those who serve in one name.
#[derive(Default)]
pub(super) struct Service {
    patterns: Vec<TopicPattern>,
    waiting: VecDeque<Waiting>,
    /// How many there are.
    servers: usize,
    changed: Arc<Notify>,
}

/// A request that nobody has yet.
struct Waiting {
    topic: Topic,
    event: CloudEvent,
    reply: oneshot::Sender<CloudEvent>,
}

impl Service {
    /// Has all who serve look again.
    pub(super) fn wake(&self) {
        self.changed.notify_waiters();
        self.changed.notify_one();
    }
}

#[async_trait]
impl RequestReply for LocalBroker {
    async fn request(
        &self,
        topic: Topic,
        request: CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        let (reply, answered) = oneshot::channel();
        {
            let mut state = self.shared().state();
            if state.is_closed {
                return Err(TransportError::closed("sending a request").into());
            }
            let serves = |service: &&mut Service| {
                service.servers > 0 && service.patterns.iter().any(|pattern| pattern.matches(&topic))
            };
            let Some(service) = state.services.values_mut().find(serves) else {
                return Err(RequestError::NobodyServes(topic));
            };
            service.waiting.push_back(Waiting { topic, event: request, reply });
            service.changed.notify_one();
        }
        match timeout(patience, answered).await {
            Ok(Ok(reply)) => Ok(reply),
            // Whoever had it has gone, or there was no time.
            Ok(Err(_)) | Err(_) => Err(RequestError::TimedOut(patience)),
        }
    }

    async fn serve(&self, serve: Serve) -> Result<Box<dyn Requests>, TransportError> {
        let Serve { service, patterns, .. } = serve;
        let mut state = self.shared().state();
        if state.is_closed {
            return Err(TransportError::closed("serving requests"));
        }
        let served = state.services.entry(service.clone()).or_default();
        served.patterns = patterns;
        served.servers += 1;
        let changed = Arc::clone(&served.changed);
        Ok(Box::new(LocalRequests { shared: Arc::clone(self.shared()), service, changed }))
    }
}

struct LocalRequests {
    shared: Arc<Shared>,
    service: ConsumerName,
    changed: Arc<Notify>,
}

#[async_trait]
impl Requests for LocalRequests {
    async fn next(&mut self) -> Option<Result<Request, TransportError>> {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Before the look, so that what changes after it is not missed.
            changed.as_mut().enable();
            {
                let mut state = self.shared.state();
                if state.is_closed {
                    self.changed.notify_one();
                    return None;
                }
                let service = state.services.get_mut(&self.service)?;
                // Those that nobody waits for any more are gone.
                let next =
                    std::iter::from_fn(|| service.waiting.pop_front()).find(|next| !next.reply.is_closed());
                if let Some(Waiting { topic, event, reply }) = next {
                    if !service.waiting.is_empty() {
                        self.changed.notify_one();
                    }
                    return Some(Ok(Request::new(topic, event, LocalRespond(Mutex::new(Some(reply))))));
                }
            }
            changed.await;
        }
    }
}

impl Drop for LocalRequests {
    fn drop(&mut self) {
        if let Some(service) = self.shared.state().services.get_mut(&self.service) {
            service.servers -= 1;
            if service.servers == 0 {
                // Whoever waits is told so.
                service.waiting.clear();
            }
        }
    }
}

struct LocalRespond(Mutex<Option<oneshot::Sender<CloudEvent>>>);

#[async_trait]
impl Respond for LocalRespond {
    async fn respond(&self, reply: CloudEvent) -> Result<(), TransportError> {
        if let Some(who) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Whoever has asked may wait no longer.
            let _ = who.send(reply);
        }
        Ok(())
    }
}
