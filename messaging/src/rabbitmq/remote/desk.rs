use super::topology;
use crate::{
    CloudEvent, Topic,
    rabbitmq::{
        broker::Shared,
        error::failed,
        outlet::{Outlet, Sent},
        publisher::answered,
        topology::short,
        wire::{self, Letter},
    },
    remote::RequestError,
    transport::{PublishError, TransportError},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use lapin::{
    Consumer,
    options::BasicConsumeOptions,
    types::{FieldTable, ShortString},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

/// Whoever consumes it gets the replies to what it has sent over the same channel: [direct reply-to].
///
/// [direct reply-to]: https://www.rabbitmq.com/docs/direct-reply-to
const REPLY_TO: &str = "amq.rabbitmq.reply-to";
const DOING: &str = "sending a request over RabbitMQ";

/// Where requests are sent from and replies come to: one channel for all of them, and the next one when it has ended.
#[derive(Default)]
pub(in crate::rabbitmq) struct Desk {
    open: tokio::sync::Mutex<Option<Arc<Open>>>,
}

struct Open {
    outlet: Outlet,
    waiting: Arc<Waiting>,
    replies: AbortOnDropHandle<()>,
}

/// Those who wait, by the correlation ids of their requests. Whoever is dropped is told that there will be no reply.
#[derive(Default)]
struct Waiting {
    /// `None` once no reply comes any more.
    by_id: Mutex<Option<HashMap<String, oneshot::Sender<Outcome>>>>,
}

enum Outcome {
    Replied(CloudEvent),
    NobodyServes,
    /// The request was not sent.
    NotSent(TransportError),
}

impl Desk {
    pub(super) async fn request(
        &self,
        shared: &Arc<Shared>,
        topic: Topic,
        request: &CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        let end = Instant::now() + patience;
        let id = Uuid::new_v4().to_string();
        let letter = letter(shared, &topic, request, &id, patience)?;
        if let Err(PublishError::Refused(error)) = shared.publisher.fits(&letter) {
            return Err(error.into());
        }
        let opened = timeout_at(end, self.open(shared)).await;
        let open = opened.map_err(|elapsed| TransportError::unavailable(DOING, elapsed))??;
        let Some(mut waits) = Waits::new(&open.waiting, id) else {
            return Err(TransportError::unavailable(DOING, "its channel has ended").into());
        };
        // Also if whoever asks gives up: the client keeps what nobody waits for, and what came back belongs to somebody.
        tokio::spawn(send(Arc::clone(shared), Arc::clone(&open), letter, waits.id.clone()));
        match timeout_at(end, &mut waits.outcome).await {
            Ok(Ok(Outcome::Replied(reply))) => Ok(reply),
            Ok(Ok(Outcome::NobodyServes)) => Err(RequestError::NobodyServes(topic)),
            Ok(Ok(Outcome::NotSent(error))) => Err(error.into()),
            Ok(Err(_)) | Err(_) => Err(RequestError::TimedOut(patience)),
        }
    }

    async fn open(&self, shared: &Shared) -> Result<Arc<Open>, TransportError> {
        let mut current = self.open.lock().await;
        if let Some(open) = current.as_ref().filter(|open| open.is_open()) {
            return Ok(Arc::clone(open));
        }
        let outlet = shared.publisher.another().await?;
        let consuming = async {
            topology::declare_exchange(outlet.channel(), &shared.config).await?;
            let options = BasicConsumeOptions { no_ack: true, ..BasicConsumeOptions::default() };
            let (tag, arguments) = (ShortString::default(), FieldTable::default());
            let consumer = outlet.channel().basic_consume(REPLY_TO.into(), tag, options, arguments).await;
            consumer.map_err(|error| failed("listening to replies", error))
        };
        let consumer = answered("listening to replies", shared.config.connect_timeout, consuming).await?;
        let waiting = Arc::new(Waiting { by_id: Mutex::new(Some(HashMap::new())) });
        let replies = AbortOnDropHandle::new(tokio::spawn(hear(consumer, Arc::clone(&waiting))));
        let open = Arc::new(Open { outlet, waiting, replies });
        *current = Some(Arc::clone(&open));
        Ok(open)
    }
}

impl Open {
    fn is_open(&self) -> bool {
        self.outlet.is_open() && !self.replies.is_finished()
    }
}

fn letter(
    shared: &Shared,
    topic: &Topic,
    request: &CloudEvent,
    id: &str,
    patience: Duration,
) -> Result<Letter, TransportError> {
    let key = short("routing key", topic.as_str())?;
    let mut letter = Letter::in_passing(key, request, shared.config.content_mode)?;
    // What has waited for so long in its queue is gone.
    let expiration = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    let properties = letter.properties.with_reply_to(REPLY_TO.into()).with_correlation_id(id.into());
    letter.properties = properties.with_expiration(expiration.to_string().into());
    Ok(letter)
}

/// Sends a request, and tells whose it is what is known then.
async fn send(shared: Arc<Shared>, open: Arc<Open>, letter: Letter, id: String) {
    let exchange = match topology::exchange(&shared.config) {
        Ok(exchange) => exchange,
        Err(error) => return open.waiting.settle(&id, Outcome::NotSent(error)),
    };
    match open.outlet.send(&exchange, &letter, true).await {
        // The reply comes, or has come.
        Sent::Confirmed => {}
        Sent::Returned { correlation, .. } => {
            let returned = correlation.as_ref().map_or(id.as_str(), ShortString::as_str);
            open.waiting.settle(returned, Outcome::NobodyServes);
        }
        Sent::NotBegun => {
            let error = TransportError::unavailable(DOING, "its channel has ended");
            open.waiting.settle(&id, Outcome::NotSent(error));
        }
        Sent::Unfit(error) => open.waiting.settle(&id, Outcome::NotSent(error)),
        Sent::TooLarge(largest) => {
            shared.publisher.takes(largest);
            open.waiting.forget(&id);
        }
        Sent::Lost(_) => open.waiting.forget(&id),
    }
}

/// Gives replies to those who wait, until the channel ends.
async fn hear(mut consumer: Consumer, waiting: Arc<Waiting>) {
    while let Some(Ok(mut delivery)) = consumer.next().await {
        let properties = std::mem::take(&mut delivery.properties);
        let Some(id) = properties.correlation_id() else { continue };
        match wire::event(&properties, Bytes::from(std::mem::take(&mut delivery.data))) {
            Ok(reply) => waiting.settle(id.as_str(), Outcome::Replied(reply)),
            Err(error) => {
                tracing::error!(error, "a reply cannot be read");
                waiting.forget(id.as_str());
            }
        }
    }
    waiting.end();
}

impl Waiting {
    fn settle(&self, id: &str, outcome: Outcome) {
        if let Some(who) = self.by_id().as_mut().and_then(|by_id| by_id.remove(id)) {
            // Who does not wait any more is on the way to forget it.
            let _ = who.send(outcome);
        }
    }

    fn forget(&self, id: &str) {
        if let Some(by_id) = self.by_id().as_mut() {
            by_id.remove(id);
        }
    }

    fn end(&self) {
        *self.by_id() = None;
    }

    fn by_id(&self) -> MutexGuard<'_, Option<HashMap<String, oneshot::Sender<Outcome>>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits, and is forgotten when it does not any more.
struct Waits<'a> {
    waiting: &'a Waiting,
    id: String,
    outcome: oneshot::Receiver<Outcome>,
}

impl<'a> Waits<'a> {
    /// `None` if no reply comes any more.
    fn new(waiting: &'a Waiting, id: String) -> Option<Self> {
        let (who, outcome) = oneshot::channel();
        waiting.by_id().as_mut()?.insert(id.clone(), who);
        Some(Self { waiting, id, outcome })
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.waiting.forget(&self.id);
    }
}
