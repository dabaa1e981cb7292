use super::{ContentMode, ExchangeKind, QueueType, RabbitMq, Unroutable};
use crate::transport::TransportError;
use lapin::uri::{AMQPScheme, AMQPUri};
use std::{fmt, num::NonZeroUsize, time::Duration};

/// How to use RabbitMQ; made with [`RabbitMqConfig::new`].
///
/// ```no_run
/// use factum_messaging::rabbitmq::{RabbitMqConfig, Unroutable};
///
/// # async fn example() -> Result<(), factum_messaging::TransportError> {
/// let config = RabbitMqConfig::new("amqp://guest:guest@localhost").exchange("shop").unroutable(Unroutable::Refuse);
/// let transport = config.connect().await?;
/// # Ok(()) }
/// ```
///
/// What is declared at the broker (exchange, kind, queue type, prefix, delivery limit) has to be the same in
/// all applications that share it: the broker refuses a queue that is there with other arguments.
#[derive(Clone)]
#[must_use]
pub struct RabbitMqConfig {
    pub(super) url: String,
    pub(super) exchange: String,
    pub(super) exchange_kind: ExchangeKind,
    pub(super) queue_prefix: Option<String>,
    pub(super) queue_type: QueueType,
    pub(super) delivery_limit: u32,
    pub(super) unroutable: Unroutable,
    pub(super) content_mode: ContentMode,
    pub(super) at_once: NonZeroUsize,
    pub(super) confirm_timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) connection_name: Option<String>,
    /// `None` for what the URL says, or the default.
    pub(super) heartbeat: Option<Duration>,
}

impl RabbitMqConfig {
    const AT_ONCE: NonZeroUsize = NonZeroUsize::new(1_024).expect("1,024 is not 0");
    /// A peer that is gone without a word is noticed after two to three of them.
    const HEARTBEAT_SECONDS: u16 = 10;

    /// The broker at `url`: `amqp://user:password@host:port/vhost`, or `amqps://…` with the feature `rabbitmq-tls`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            exchange: "factum".to_owned(),
            exchange_kind: ExchangeKind::default(),
            queue_prefix: None,
            queue_type: QueueType::default(),
            delivery_limit: 1_000_000,
            unroutable: Unroutable::default(),
            content_mode: ContentMode::default(),
            at_once: Self::AT_ONCE,
            confirm_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            connection_name: None,
            heartbeat: None,
        }
    }

    /// The exchange that is published to, and that queues are bound to. By default `factum`. It is declared, durable.
    pub fn exchange(mut self, name: impl Into<String>) -> Self {
        self.exchange = name.into();
        self
    }

    /// Of which kind the exchange is. By default a topic exchange.
    pub const fn exchange_kind(mut self, kind: ExchangeKind) -> Self {
        self.exchange_kind = kind;
        self
    }

    /// The queue of a consumer is `{prefix}.{consumer}`. By default the prefix is the name of the exchange.
    pub fn queue_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.queue_prefix = Some(prefix.into());
        self
    }

    /// How queues keep messages. By default on several nodes.
    pub const fn queue_type(mut self, queue_type: QueueType) -> Self {
        self.queue_type = queue_type;
        self
    }

    /// A message that was delivered and not settled more often than this becomes a dead letter. Quorum queues only.
    ///
    /// By default 1,000,000, which is none in practice. Without any, a queue puts what is given back at its end instead of its old
    /// place (up to RabbitMQ 3.13), or takes 20 (from 4.0 on). What waits for a [pause](crate::transport::Incoming::nack) is
    /// counted anew.
    pub const fn delivery_limit(mut self, deliveries: u32) -> Self {
        self.delivery_limit = deliveries;
        self
    }

    /// What becomes of a message that no queue takes. By default it is as good as published.
    pub const fn unroutable(mut self, unroutable: Unroutable) -> Self {
        self.unroutable = unroutable;
        self
    }

    /// How messages hold their events. By default in binary mode.
    pub const fn content_mode(mut self, mode: ContentMode) -> Self {
        self.content_mode = mode;
        self
    }

    /// How many messages one call of [`publish`](crate::Transport::publish) has under way at a time. By default 1,024.
    pub const fn at_once(mut self, messages: NonZeroUsize) -> Self {
        self.at_once = messages;
        self
    }

    /// How long a message may take to be confirmed, the time to connect again included. By default 10 seconds.
    pub const fn confirm_timeout(mut self, timeout: Duration) -> Self {
        self.confirm_timeout = timeout;
        self
    }

    /// How long an attempt to connect may take. By default 5 seconds.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// What the connections are called in the management of the broker. By default by the exchange.
    pub fn connection_name(mut self, name: impl Into<String>) -> Self {
        self.connection_name = Some(name.into());
        self
    }

    /// How often the peers tell each other that they are there, in whole seconds; 0 leaves it to the broker. By default what the URL
    /// says (`?heartbeat=30`), or 10 seconds. The broker's own applies if it is shorter.
    pub const fn heartbeat(mut self, every: Duration) -> Self {
        self.heartbeat = Some(every);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// As [`RabbitMq::connect`].
    pub async fn connect(self) -> Result<RabbitMq, TransportError> {
        RabbitMq::of(self).await
    }

    pub(super) fn uri(&self) -> Result<AMQPUri, TransportError> {
        let doing = "reading the URL of RabbitMQ";
        let mut uri: AMQPUri = self.url.parse().map_err(|why: String| TransportError::new(doing, why))?;
        if uri.scheme == AMQPScheme::AMQPS && !cfg!(feature = "rabbitmq-tls") {
            return Err(TransportError::new(doing, "amqps:// needs the feature `rabbitmq-tls`"));
        }
        let seconds = |every: Duration| u16::try_from(every.as_secs()).unwrap_or(u16::MAX);
        let heartbeat = self.heartbeat.map(seconds).or(uri.query.heartbeat);
        uri.query.heartbeat = Some(heartbeat.unwrap_or(Self::HEARTBEAT_SECONDS));
        Ok(uri)
    }

    /// Says what may have been set by mistake, and is not safe.
    pub(super) fn warn(&self, uri: &AMQPUri) {
        let exchange = self.exchange.as_str();
        if uri.query.heartbeat == Some(0) {
            tracing::warn!(
                exchange,
                "without a heartbeat, a broker that is gone without a word may not be noticed"
            );
        }
        if self.queue_type == QueueType::Classic {
            tracing::warn!(
                exchange,
                "classic queues are on one node; a cluster that loses it loses what they hold"
            );
        }
        let is_local = matches!(uri.authority.host.as_str(), "localhost" | "127.0.0.1" | "[::1]" | "::1");
        if uri.scheme == AMQPScheme::AMQP && !is_local {
            tracing::warn!(exchange, host = %uri.authority.host, "the connection, and its password, are not encrypted");
        }
    }
}

/// Without the URL, which has a password.
impl fmt::Debug for RabbitMqConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RabbitMqConfig")
            .field("exchange", &self.exchange)
            .field("exchange_kind", &self.exchange_kind)
            .field("queue_type", &self.queue_type)
            .field("unroutable", &self.unroutable)
            .field("content_mode", &self.content_mode)
            .finish_non_exhaustive()
    }
}
