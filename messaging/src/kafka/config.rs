use super::{Kafka, topics::Topics};
use crate::transport::TransportError;
use std::{fmt, num::NonZeroUsize, time::Duration};

/// How to use Kafka; made with [`KafkaConfig::new`].
///
/// ```no_run
/// use factum_messaging::kafka::KafkaConfig;
/// use std::time::Duration;
///
/// # async fn connected() -> Result<(), factum_messaging::TransportError> {
/// let kafka = KafkaConfig::new("kafka-1.example.com:9092,kafka-2.example.com:9092")
///     .topic("shop")
///     .partitions(24)
///     .replicas(3)
///     .retention(Duration::from_secs(30 * 24 * 3_600))
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is connected until `KafkaConfig::connect`"]
pub struct KafkaConfig {
    pub(super) brokers: String,
    pub(super) topics: Topics,
    pub(super) group_prefix: Option<String>,
    pub(super) creates: bool,
    pub(super) partitions: i32,
    /// -1 for what the broker does by default.
    pub(super) replicas: i32,
    pub(super) retention: Option<Duration>,
    pub(super) max_message_bytes: usize,
    pub(super) transactional_id: Option<String>,
    pub(super) at_once: NonZeroUsize,
    pub(super) confirm_timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) confirms_acks: bool,
    pub(super) handover: Duration,
    pub(super) session_timeout: Duration,
    /// Of librdkafka.
    pub(super) properties: Vec<(String, String)>,
}

impl KafkaConfig {
    /// The brokers at `url`, `host:port` or `kafka://host:port`; several with commas in between. What else there is to say has
    /// defaults.
    pub fn new(url: impl AsRef<str>) -> Self {
        let brokers = url.as_ref().split(',').map(|broker| {
            let broker = broker.trim();
            broker.strip_prefix("kafka://").unwrap_or(broker).trim_end_matches('/')
        });
        Self {
            brokers: brokers.collect::<Vec<_>>().join(","),
            topics: Topics::one("factum"),
            group_prefix: None,
            creates: true,
            partitions: 12,
            replicas: -1,
            retention: None,
            max_message_bytes: 1_048_588,
            transactional_id: None,
            at_once: const { NonZeroUsize::new(1_024).expect("1024 is not 0") },
            confirm_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
            confirms_acks: false,
            handover: Duration::from_secs(5),
            session_timeout: Duration::from_secs(45),
            properties: Vec::new(),
        }
    }

    /// The topic of Kafka that messages are kept in, whatever they are published under; by default `factum`. What is rejected goes
    /// to another, `{topic}.dead`. See [why it is one](super#why-one-topic).
    pub fn topic(mut self, name: impl Into<String>) -> Self {
        self.topics.set(name.into());
        self
    }

    /// Messages whose topic begins with this word are kept in a topic of Kafka of their own: `.topic_of("order", "shop.orders")` for
    /// `order.7.Paid`. An event's topic begins with the category of its stream, so the events of a stream stay together, and in order.
    ///
    /// Whoever listens gets what is in all topics that the configuration names. A word that is added later is read from its beginning.
    pub fn topic_of(mut self, word: impl Into<String>, name: impl Into<String>) -> Self {
        self.topics.set_of(word.into(), name.into());
        self
    }

    /// The group of a consumer is `{prefix}.{consumer}`. By default the prefix is the [topic](Self::topic).
    pub fn group_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.group_prefix = Some(prefix.into());
        self
    }

    /// Makes no topics: they have to be there.
    pub const fn existing_topics(mut self) -> Self {
        self.creates = false;
        self
    }

    /// How many partitions a topic has that is made; by default 12. It bounds how many share the messages of a consumer, and cannot be
    /// changed later without moving keys to other partitions, where what follows may overtake what is still in the old one.
    ///
    /// # Panics
    /// With 0, or more than Kafka can count.
    pub const fn partitions(mut self, partitions: u16) -> Self {
        assert!(partitions > 0, "at least one partition");
        self.partitions = partitions as i32;
        self
    }

    /// On how many brokers a topic is that is made; by default as the broker's `default.replication.factor` says. With 3 or more it is
    /// made with `min.insync.replicas` 2, so that what was confirmed survives the loss of any broker.
    ///
    /// # Panics
    /// With 0.
    pub const fn replicas(mut self, brokers: u8) -> Self {
        assert!(brokers > 0, "at least one replica");
        self.replicas = brokers as i32;
        self
    }

    /// For how long messages are kept in a topic that is made, read or not; by default as long as the broker says, which is 7 days
    /// unless it was told otherwise.
    pub const fn retention(mut self, time: Duration) -> Self {
        self.retention = Some(time);
        self
    }

    /// How large a message may be, with its key and headers; by default 1,048,588 bytes, which is the broker's default. Larger ones are
    /// refused without asking it.
    pub const fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }

    /// Publishes what is in one call of [`publish`](crate::Transport::publish) in a transaction under this id: all of it, or nothing.
    /// See [transactions](super#transactions).
    ///
    /// Each process needs an id of its own, and the same one again after it was started again: whoever begins to publish under an id
    /// ends the transaction that was left under it. Two processes that share one keep interrupting each other.
    pub fn transactional_id(mut self, id: impl Into<String>) -> Self {
        self.transactional_id = Some(id.into());
        self
    }

    /// So many messages of different keys are published at a time, without waiting for one before the next; by default 1024.
    ///
    /// # Panics
    /// With 0.
    pub const fn at_once(mut self, messages: usize) -> Self {
        self.at_once = NonZeroUsize::new(messages).expect("at least one message at a time");
        self
    }

    /// How long to wait until a message is confirmed; by default 5 s.
    pub const fn confirm_timeout(mut self, time: Duration) -> Self {
        self.confirm_timeout = time;
        self
    }

    /// How long to wait for brokers when connecting, and when beginning to listen; by default 10 s.
    pub const fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// [`Incoming::ack`](crate::transport::Incoming::ack) waits until the broker has heard it, and with it of all messages before it in
    /// its partition. Otherwise it returns once the acknowledgement is on its way, and one that gets lost has the message delivered
    /// again, which at least once permits; with this, [`at_most_once`](crate::at_most_once) holds over a crash too.
    pub const fn confirm_acks(mut self) -> Self {
        self.confirms_acks = true;
        self
    }

    /// When a partition is given to another member of its group, what is in hand of it may take so long to be settled before the other
    /// one begins; by default 5 s. What is not settled by then is delivered to the other one again.
    pub const fn handover(mut self, time: Duration) -> Self {
        self.handover = time;
        self
    }

    /// After how long without a word a member of a group has gone, and others get its partitions; by default 45 s. The broker has bounds
    /// for it, 6 s and 30 minutes by default.
    pub const fn session_timeout(mut self, time: Duration) -> Self {
        self.session_timeout = time;
        self
    }

    /// Sets a [property of librdkafka], for all clients: how to authenticate, compression, buffers. Those that the guarantees rest on,
    /// such as `acks` and `enable.auto.commit`, are set all the same.
    ///
    /// [property of librdkafka]: https://github.com/confluentinc/librdkafka/blob/v2.12.1/CONFIGURATION.md
    pub fn set(mut self, property: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.push((property.into(), value.into()));
        self
    }

    /// Connects, and makes the topics if they are not there.
    ///
    /// # Errors
    /// [`TransportError`] when no broker is reached ([transient](TransportError::is_transient)), the user is refused, a topic is not
    /// there and cannot be made, or librdkafka does not know a property.
    pub async fn connect(self) -> Result<Kafka, TransportError> {
        Kafka::of(self).await
    }

    /// The group of a consumer.
    pub(super) fn group(&self, consumer: &str) -> String {
        format!("{}.{consumer}", self.group_prefix.as_deref().unwrap_or(self.topics.default()))
    }
}

/// Without the properties, one of which may be a password.
impl fmt::Debug for KafkaConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { brokers, topics, transactional_id, .. } = self;
        f.debug_struct("KafkaConfig")
            .field("brokers", brokers)
            .field("topics", topics)
            .field("transactional_id", transactional_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::KafkaConfig;

    #[test]
    fn brokers_are_named_with_and_without_a_scheme() {
        for url in ["a:1,b:2", "kafka://a:1,kafka://b:2", " kafka://a:1/, b:2"] {
            assert_eq!(KafkaConfig::new(url).brokers, "a:1,b:2");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let config = KafkaConfig::new("a:1").set("sasl.password", "secret");
        assert!(!format!("{config:?}").contains("secret"));
    }
}
