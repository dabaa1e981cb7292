use super::{
    config::RabbitMqConfig,
    connection::Link,
    delays::Delays,
    feed::RabbitFeed,
    inlet::Open,
    publisher::{Publisher, answered},
    remote::Desk,
    topology::{self, Names},
    wire::Waiting,
};
use crate::{
    TopicPattern,
    transport::{Capabilities, Feed, Listen, Outgoing, PublishError, Transport, TransportError},
};
use async_trait::async_trait;
use factum_core::{Causes, ConsumerName};
use lapin::types::FieldTable;
use std::{fmt, sync::Arc, time::Duration};
use tokio::{runtime::Handle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A connection to RabbitMQ, or rather two: one to publish over and one to listen over, since a broker that is short of memory stops
/// reading from those who publish, and must go on to hear what is acknowledged.
///
/// Cheap to clone; all clones are one. See the [module](super) for what it guarantees.
#[derive(Clone)]
pub struct RabbitMq {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) config: Arc<RabbitMqConfig>,
    pub(super) closed: CancellationToken,
    pub(super) listening: Link,
    /// Feeds that are gone, and still give back what they had in hand.
    pub(super) leaving: TaskTracker,
    pub(super) publisher: Publisher,
    pub(super) desk: Desk,
    delays: Delays,
}

impl RabbitMq {
    /// Connects to `url` with the defaults of [`RabbitMqConfig`], and declares the exchange `factum`.
    ///
    /// # Errors
    /// [`TransportError`] when the URL is none, the broker cannot be reached or lets nobody in, or there is an exchange of this name
    /// and another kind.
    pub async fn connect(url: impl Into<String>) -> Result<Self, TransportError> {
        Self::of(RabbitMqConfig::new(url)).await
    }

    pub(super) async fn of(config: RabbitMqConfig) -> Result<Self, TransportError> {
        let (uri, config) = (config.uri()?, Arc::new(config));
        config.warn(&uri);
        let closed = CancellationToken::new();
        let link = |purpose| Link::new(&config, uri.clone(), purpose, closed.clone());
        let (listening, publisher) =
            (link("listens"), Publisher::new(link("publishes"), Arc::clone(&config))?);
        publisher.connect().await?;
        let leaving = TaskTracker::new();
        // Which is asked for by those who wait until it is empty, and keeps nobody out.
        leaving.close();
        let (desk, delays) = (Desk::default(), Delays::default());
        Ok(Self { shared: Arc::new(Shared { config, closed, listening, leaving, publisher, desk, delays }) })
    }

    /// The queue of a consumer does not get what matches `pattern` any more, unless another of its patterns matches it.
    ///
    /// A consumer's patterns are kept by the broker, which adds those of each [`Listen`] and cannot be asked for the ones that are
    /// there. So a pattern that is not asked for any more stays until it is taken away here.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be reached, or refuses it.
    pub async fn unbind(
        &self,
        consumer: &ConsumerName,
        pattern: &TopicPattern,
    ) -> Result<(), TransportError> {
        let Shared { config, listening, .. } = &*self.shared;
        let names = Names::of(config, consumer)?;
        let key = topology::key(config.exchange_kind, pattern)?;
        let (_connection, channel) = listening.channel().await?;
        let unbound = channel.queue_unbind(names.queue, names.exchange, key, FieldTable::default());
        listening.in_time("taking a pattern away from a queue", unbound).await
    }
}

impl Shared {
    /// Gives up a channel over which was listened.
    pub(super) fn leave(&self, open: Option<Open>) {
        open.as_ref().inspect(|open| open.has_left());
        // Without a runtime, the client sends what is needed when it is dropped.
        let (Some(open), Ok(runtime)) = (open, Handle::try_current()) else { return };
        let within = self.config.connect_timeout;
        let left = async move {
            if let Ok(Err(error)) = timeout(within, open.leave()).await {
                // Then it has ended, and the broker gives back what was in hand.
                tracing::debug!(error = %Causes(&error), "a channel was not there to be closed");
            }
        };
        self.leaving.spawn_on(left, &runtime);
    }

    /// Has a message delivered again after a pause.
    pub(super) async fn wait(
        &self,
        names: &Names,
        pause: Duration,
        message: &Waiting,
    ) -> Result<(), TransportError> {
        let Self { listening, publisher, config, .. } = self;
        self.delays.put((listening, publisher, config), names, pause, message).await
    }
}

#[async_trait]
impl Transport for RabbitMq {
    fn name(&self) -> &'static str {
        "rabbitmq"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().confirms().durable().keeps().competes().redelivers().delays().dead_letters()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        self.shared.publisher.publish(messages).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        let Shared { config, listening, .. } = &*self.shared;
        let names = Names::of(config, &listen.consumer)?;
        let (_connection, channel) = listening.channel().await?;
        let doing = "preparing a consumer";
        answered(doing, config.connect_timeout, topology::declare(&channel, config, &names, &listen)).await?;
        // Only to have it back sooner.
        listening.in_time(doing, channel.close(200, "OK".into())).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        Ok(Box::new(RabbitFeed::open(Arc::clone(&self.shared), listen).await?))
    }

    async fn close(&self) {
        let Shared { config, closed, listening, leaving, publisher, .. } = &*self.shared;
        closed.cancel();
        // What a feed that is gone gives back comes to others at once, and not only when the connection has ended.
        let _ = timeout(config.connect_timeout, leaving.wait()).await;
        publisher.close().await;
        listening.close().await;
    }
}

impl fmt::Debug for RabbitMq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { config, listening, .. } = &*self.shared;
        f.debug_struct("RabbitMq").field("config", config).field("link", listening).finish_non_exhaustive()
    }
}
