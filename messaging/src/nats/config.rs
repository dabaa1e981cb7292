use super::Nats;
use crate::transport::TransportError;
use std::{fmt, num::NonZeroUsize, path::PathBuf, time::Duration};

/// How to reach a server of NATS, and what its stream is like.
///
/// ```no_run
/// use factum_messaging::nats::NatsConfig;
/// use std::time::Duration;
///
/// # async fn connected() -> Result<(), factum_messaging::TransportError> {
/// let nats = NatsConfig::new("tls://billing:secret@nats.example.com:4222")
///     .stream("shop")
///     .prefix("shop")
///     .replicas(3)
///     .max_age(Duration::from_secs(30 * 24 * 3_600))
///     .fsync_is_always()
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is connected until `NatsConfig::connect`"]
pub struct NatsConfig {
    pub(super) url: String,
    pub(super) root_certificates: Option<PathBuf>,
    pub(super) stream: String,
    pub(super) prefix: String,
    pub(super) replicas: usize,
    pub(super) in_memory: bool,
    pub(super) max_age: Duration,
    pub(super) max_bytes: Option<u64>,
    pub(super) duplicate_window: Duration,
    pub(super) confirm_timeout: Duration,
    pub(super) at_once: NonZeroUsize,
    pub(super) ack_wait: Duration,
    pub(super) confirms_acks: bool,
    pub(super) max_control_line: usize,
    pub(super) fsync_is_always: bool,
}

impl NatsConfig {
    /// The servers at `url`, `nats://[user:password@]host[:port]` or `tls://…`; several with commas in between. What else there is
    /// to say has defaults.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            root_certificates: None,
            stream: "factum".to_owned(),
            prefix: "factum".to_owned(),
            replicas: 1,
            in_memory: false,
            max_age: Duration::ZERO,
            max_bytes: None,
            duplicate_window: Duration::from_secs(120),
            confirm_timeout: Duration::from_secs(5),
            at_once: const { NonZeroUsize::new(1_024).expect("1024 is not 0") },
            ack_wait: Duration::from_secs(30),
            confirms_acks: false,
            max_control_line: 4_096,
            fsync_is_always: false,
        }
    }

    /// Trusts the certificates in this PEM file, besides those that the machine trusts.
    pub fn root_certificates(mut self, file: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(file.into());
        self
    }

    /// The stream that messages are kept in; by default `factum`. It is made if it is not there. One that is there is used as it is,
    /// whatever is said here of replicas, storage, age, size and duplicates. What is rejected goes into another, `{stream}_dead`.
    pub fn stream(mut self, name: impl Into<String>) -> Self {
        self.stream = name.into();
        self
    }

    /// What subjects begin with, `{prefix}.{topic}`; by default `factum`. It may have dots. What is rejected is published under
    /// `{prefix}_dead.{consumer}.{topic}`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// On how many servers of a cluster the stream is, once it is made; by default 1.
    pub const fn replicas(mut self, servers: usize) -> Self {
        self.replicas = servers;
        self
    }

    /// The stream, once it is made, is in memory and not in files; what it has is gone when the server ends.
    pub const fn in_memory(mut self) -> Self {
        self.in_memory = true;
        self
    }

    /// Messages older than this are dropped, whether or not they have been delivered; by default none is.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// The oldest messages are dropped when there are more bytes, whether or not they have been delivered; by default none is.
    pub const fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// For how long the server recognises a message that it has already; by default 2 minutes. It remembers each message for that long.
    pub const fn duplicate_window(mut self, time: Duration) -> Self {
        self.duplicate_window = time;
        self
    }

    /// How long to wait until the server has answered, or confirmed a message; of several that are sent together, until it has confirmed
    /// the next one. By default 5 s.
    pub const fn confirm_timeout(mut self, time: Duration) -> Self {
        self.confirm_timeout = time;
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

    /// After how long without a word the server delivers a message again; by default 30 s. While a message is in hand, the server is
    /// told so three times in that time, and does not. It is how long the messages of a process that has died are delayed.
    pub const fn ack_wait(mut self, time: Duration) -> Self {
        self.ack_wait = time;
        self
    }

    /// [`Incoming::ack`](crate::transport::Incoming::ack) waits until the server has heard it. Otherwise it returns once the
    /// acknowledgement is on its way, and one that gets lost has the message delivered again, which at least once permits; with this,
    /// [`at_most_once`](crate::at_most_once) holds over a crash too. Costs a round trip for each message.
    pub const fn confirm_acks(mut self) -> Self {
        self.confirms_acks = true;
        self
    }

    /// The `max_control_line` of the server's configuration, if it is not the default, 4096. It bounds how long a subject may be,
    /// and the server does not tell.
    pub const fn max_control_line(mut self, bytes: usize) -> Self {
        self.max_control_line = bytes;
        self
    }

    /// Says that the server's configuration has `sync_interval: always` in its section `jetstream`, so that nothing has to be warned
    /// of. See [where messages may be lost](super#where-messages-may-be-lost).
    pub const fn fsync_is_always(mut self) -> Self {
        self.fsync_is_always = true;
        self
    }

    /// Connects, and makes the stream if it is not there.
    ///
    /// # Errors
    /// [`TransportError`] when the server is not reached ([transient](TransportError::is_transient)), refuses the user, has no
    /// `JetStream`, or has a stream of this name with other subjects.
    pub async fn connect(self) -> Result<Nats, TransportError> {
        Nats::of(self).await
    }

    /// How long a subject may be: what a server reads of one line has the subject, a reply subject of up to 90 characters, two
    /// lengths, and the verb.
    pub(super) const fn subject_bytes(&self) -> usize {
        self.max_control_line.saturating_sub(128)
    }

    /// Checks what would otherwise become an odd subject.
    pub(super) fn check(&self) -> Result<(), TransportError> {
        let is_word = |word: &str| {
            !word.is_empty()
                && !word.starts_with('$')
                && !word.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '>'))
        };
        let refuse =
            |what: &str| Err(TransportError::new(format!("connecting to NATS with {what}"), "not a name"));
        if !self.prefix.split('.').all(is_word) {
            return refuse(&format!("subject prefix {:?}", self.prefix));
        }
        // A percent sign would end every connection that listens: servers format text with the name in it.
        if !is_word(&self.stream) || self.stream.contains(['.', '/', '\\', '%']) {
            return refuse(&format!("stream {:?}", self.stream));
        }
        Ok(())
    }
}

/// Without the URL, which may have a password.
impl fmt::Debug for NatsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, prefix, replicas, .. } = self;
        f.debug_struct("NatsConfig")
            .field("stream", stream)
            .field("prefix", prefix)
            .field("replicas", replicas)
            .finish_non_exhaustive()
    }
}
