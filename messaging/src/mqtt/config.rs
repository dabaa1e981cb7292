use super::Mqtt;
use crate::{TopicPattern, transport::TransportError};
use std::{fmt, num::NonZeroUsize, time::Duration};
use uuid::Uuid;

/// How surely a message is delivered (MQTT 5, [section 4.3]).
///
/// [section 4.3]: https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901234
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "they are called so in the specification")]
#[non_exhaustive]
pub enum Qos {
    /// At most once: nobody says whether the broker has it, and nothing is kept for those who are away.
    AtMostOnce,
    /// At least once: the broker confirms a message, and a consumer does.
    #[default]
    AtLeastOnce,
    /// Once on the wire, at the cost of another round trip. A message that is published again, or given back, still comes again.
    ExactlyOnce,
}

/// How to reach a broker of MQTT 5, and what is asked of it.
///
/// ```no_run
/// use factum_messaging::mqtt::{MqttConfig, Qos};
/// use std::time::Duration;
///
/// # async fn connected() -> Result<(), Box<dyn std::error::Error>> {
/// let mqtt = MqttConfig::new("mqtt://gateway:secret@mqtt.example.com")
///     .prefix("plant/hall-2")
///     .qos(Qos::ExactlyOnce)
///     .retained(["sensor.*.state".parse()?])
///     .session_expiry(Duration::from_secs(7 * 24 * 3_600))
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is connected until `MqttConfig::connect`"]
pub struct MqttConfig {
    pub(super) url: String,
    pub(super) client_id: String,
    pub(super) prefix: String,
    pub(super) qos: Qos,
    pub(super) retained: Vec<TopicPattern>,
    pub(super) session_expiry: Duration,
    pub(super) shares: bool,
    pub(super) confirm_timeout: Duration,
    pub(super) at_once: NonZeroUsize,
    pub(super) saves_every: Option<Duration>,
}

impl MqttConfig {
    /// The broker at `url`, `mqtt://[user:password@]host[:port]`. What else there is to say has defaults.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            client_id: format!("factum-{}", Uuid::new_v4().simple()),
            prefix: "factum".to_owned(),
            qos: Qos::AtLeastOnce,
            retained: Vec::new(),
            session_expiry: Duration::from_secs(24 * 3_600),
            shares: false,
            confirm_timeout: Duration::from_secs(5),
            at_once: const { NonZeroUsize::new(256).expect("256 is not 0") },
            saves_every: None,
        }
    }

    /// As whom it publishes; by default as somebody new. Two who are connected as the same one disconnect each other. Consumers have
    /// ids of their own, made of the prefix and their names.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = id.into();
        self
    }

    /// What topic names begin with, `{prefix}/{topic}`; by default `factum`. It may have slashes. Without one, `""`, topics are those
    /// that other applications use: `sensors/kitchen` is `sensors.kitchen`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How surely messages are published and delivered; by default at least once.
    pub const fn qos(mut self, qos: Qos) -> Self {
        self.qos = qos;
        self
    }

    /// What is published under these topics is a state: the broker keeps the last message of each, and gives it to whoever listens to
    /// it for the first time. To empty such a topic, see [`Mqtt::clear`].
    pub fn retained(mut self, topics: impl IntoIterator<Item = TopicPattern>) -> Self {
        self.retained = topics.into_iter().collect();
        self
    }

    /// For how long the broker keeps messages for a consumer that is away; by default for a day. In whole seconds; more than 136
    /// years is for ever.
    pub const fn session_expiry(mut self, time: Duration) -> Self {
        self.session_expiry = time;
        self
    }

    /// Those who listen in the name of one consumer share its messages (`$share/{consumer}/…`), with the losses that the
    /// [module](super#those-who-share) tells of. By default one listens, and another one takes over.
    pub const fn shared(mut self) -> Self {
        self.shares = true;
        self
    }

    /// How long to wait until the broker has confirmed a message, or answered anything else; by default 5 s.
    pub const fn confirm_timeout(mut self, time: Duration) -> Self {
        self.confirm_timeout = time;
        self
    }

    /// So many messages of different keys are published at a time, without waiting for one before the next; by default 256. The broker
    /// may allow fewer: Mosquitto 20.
    ///
    /// # Panics
    /// With 0.
    pub const fn at_once(mut self, messages: usize) -> Self {
        self.at_once = NonZeroUsize::new(messages).expect("at least one message at a time");
        self
    }

    /// The broker writes all that it has to disk whenever so long has passed, and forgets what it was told since when it is killed; by
    /// default it is taken to forget nothing. A [relay](crate::relay()) then publishes again what may have been forgotten, and whoever
    /// listens for the first time waits until the broker will know that ([more](super#a-broker-that-is-killed)).
    ///
    /// For Mosquitto it is what `autosave_interval` says, with `persistence true` and without `autosave_on_changes`.
    pub const fn saves_every(mut self, time: Duration) -> Self {
        self.saves_every = Some(time);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// [`TransportError`] when the broker is not reached ([transient](TransportError::is_transient)), or refuses the user or this
    /// version of MQTT.
    pub async fn connect(self) -> Result<Mqtt, TransportError> {
        Mqtt::of(self).await
    }

    /// A topic name or filter, with the prefix.
    pub(super) fn prefixed(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) }
    }

    /// Where dead letters go.
    pub(super) fn dead(&self) -> String {
        let prefix = if self.prefix.is_empty() { "factum" } else { &self.prefix };
        format!("{prefix}_dead")
    }

    pub(super) fn check(&self) -> Result<(), TransportError> {
        let is_name = !self.prefix.contains(['+', '#', '\0']) && !self.prefix.starts_with('$');
        let is_path = self.prefix.is_empty() || self.prefix.split('/').all(|level| !level.is_empty());
        if is_name && is_path {
            return Ok(());
        }
        let why = "it is not the beginning of a topic name";
        Err(TransportError::new(format!("connecting to MQTT with prefix {:?}", self.prefix), why))
    }
}

/// Without the URL, which may have a password.
impl fmt::Debug for MqttConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client_id, prefix, qos, shares, .. } = self;
        f.debug_struct("MqttConfig")
            .field("client_id", client_id)
            .field("prefix", prefix)
            .field("qos", qos)
            .field("shares", shares)
            .finish_non_exhaustive()
    }
}
