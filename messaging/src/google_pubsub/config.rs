use super::{Anonymous, Credentials, GooglePubsub, name};
use crate::transport::TransportError;
use std::{env, fmt, num::NonZeroUsize, sync::Arc, time::Duration};

/// Where Google's service is, if nothing else is said.
const ENDPOINT: &str = "https://pubsub.googleapis.com";
/// In the environment: host and port of an emulator.
const EMULATOR: &str = "PUBSUB_EMULATOR_HOST";

/// How to reach Pub/Sub, and what its topic and its subscriptions are like.
///
/// ```no_run
/// use factum_messaging::google_pubsub::{BearerToken, GooglePubsubConfig};
/// use std::time::Duration;
///
/// # async fn connected() -> Result<(), Box<dyn std::error::Error>> {
/// let pubsub = GooglePubsubConfig::new("my-project")
///     .endpoint("https://europe-west1-pubsub.googleapis.com")
///     .topic("shop")
///     .retention(Duration::from_secs(31 * 24 * 3_600))
///     .credentials(BearerToken::new(std::env::var("TOKEN")?))
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is connected until `GooglePubsubConfig::connect`"]
pub struct GooglePubsubConfig {
    pub(super) project: String,
    endpoint: Option<String>,
    credentials: Option<Arc<dyn Credentials>>,
    pub(super) topic: String,
    pub(super) retention: Duration,
    pub(super) ack_deadline: Duration,
    pub(super) timeout: Duration,
    pub(super) at_once: NonZeroUsize,
    pub(super) filters: bool,
    pub(super) declares: bool,
}

impl GooglePubsubConfig {
    /// Of this project, by its id. What else there is to say has defaults.
    pub fn new(project: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            endpoint: None,
            credentials: None,
            topic: "factum".to_owned(),
            retention: Duration::from_secs(7 * 24 * 3_600),
            ack_deadline: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            at_once: const { NonZeroUsize::new(32).expect("32 is not 0") },
            filters: false,
            declares: true,
        }
    }

    /// Where it is. By default that is what `PUBSUB_EMULATOR_HOST` names, without encryption and credentials, and where that is not
    /// set, `https://pubsub.googleapis.com`. Google keeps the order of messages that are published in one region: if
    /// publishers are in several, let all of them name the endpoint of one.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// By what Google knows who asks. By default, with the feature `google-pubsub-adc`, those that this machine has
    /// (`ApplicationDefault`); without it, connecting without any is an error. An emulator that `PUBSUB_EMULATOR_HOST` names
    /// is not told.
    pub fn credentials(mut self, credentials: impl Credentials) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// The topic of Pub/Sub that everything is published to, and what the names of subscriptions begin with; by default
    /// `factum`. It is made if it is not there. What is rejected goes to another, `{topic}-dead`.
    pub fn topic(mut self, name: impl Into<String>) -> Self {
        self.topic = name.into();
        self
    }

    /// How long a subscription that is made keeps what is not acknowledged; by default 7 days, and by Google's rules from 10
    /// minutes to 31 days. **After that it is gone**, read or not.
    pub const fn retention(mut self, time: Duration) -> Self {
        self.retention = time;
        self
    }

    /// After how long without a word a message is delivered again, once it is held; by default 30 s, and from 1 s to 10 minutes.
    /// While it is in hand, Google is told so three times in that time. It is how long the messages of a process that has died are
    /// delayed. Until it is first told, after 3 s, the subscription's own deadline counts, which is made the same, and at least 10 s.
    pub const fn ack_deadline(mut self, time: Duration) -> Self {
        self.ack_deadline = time;
        self
    }

    /// How long to wait for an answer; by default 10 s. For messages it is waited longer.
    pub const fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// The messages of so many keys are published at a time; by default 32. Each needs a connection.
    ///
    /// # Panics
    /// With 0.
    pub const fn at_once(mut self, keys: usize) -> Self {
        self.at_once = NonZeroUsize::new(keys).expect("at least one key at a time");
        self
    }

    /// Subscriptions that are made have a filter, as far as patterns can be said as one, so that Google does not deliver what
    /// nobody asked for, nor charge for it.
    ///
    /// **A filter can never be changed.** Who listens with other patterns than before, so that the filter would be another one, is
    /// refused until the subscription is deleted, with what it keeps. Without filters, which is the default, everything is delivered,
    /// and what matches no pattern is left out where it comes in.
    pub const fn filtered(mut self) -> Self {
        self.filters = true;
        self
    }

    /// Topics and subscriptions are there, and are neither made nor looked at, which needs rights that whoever publishes and
    /// subscribes may not have. Subscriptions need to have the ordering of messages enabled.
    pub const fn existing(mut self) -> Self {
        self.declares = false;
        self
    }

    /// Connects, and makes the topic if it is not there.
    ///
    /// # Errors
    /// [`TransportError`] when Pub/Sub is not reached ([transient](TransportError::is_transient)) or refuses it, there are no
    /// credentials, or a name or a time is not one that Google takes.
    pub async fn connect(self) -> Result<GooglePubsub, TransportError> {
        self.check()?;
        let (endpoint, credentials) = self.place(env::var(EMULATOR).ok()).await?;
        GooglePubsub::of(self, &endpoint, credentials).await
    }

    /// Where it is, and who asks, with what the environment says of an emulator.
    async fn place(
        &self,
        emulator: Option<String>,
    ) -> Result<(String, Arc<dyn Credentials>), TransportError> {
        if let (None, Some(host)) = (&self.endpoint, emulator.filter(|host| !host.is_empty())) {
            return Ok((format!("http://{host}"), Arc::new(Anonymous)));
        }
        let endpoint = self.endpoint.clone().unwrap_or_else(|| ENDPOINT.to_owned());
        let credentials = match &self.credentials {
            Some(credentials) => Arc::clone(credentials),
            None => default_credentials().await?,
        };
        Ok((endpoint, credentials))
    }

    fn check(&self) -> Result<(), TransportError> {
        let refuse = |what: String, why: &'static str| {
            Err(TransportError::new(format!("connecting to Pub/Sub with {what}"), why))
        };
        // Those of domains have a colon, old ones.
        let is_of_project = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
        if self.project.is_empty() || !self.project.chars().all(is_of_project) {
            return refuse(format!("project {:?}", self.project), "not the id of one");
        }
        // With what follows it for dead letters.
        if !name::is_one(&self.topic) || !name::is_one(&self.dead_topic()) {
            return refuse(format!("topic {:?}", self.topic), "not a name");
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(600)).contains(&self.ack_deadline) {
            return refuse(
                format!("a deadline of {:?}", self.ack_deadline),
                "not from 1 second to 10 minutes",
            );
        }
        Ok(())
    }

    /// Where what is rejected goes, and the subscription that keeps it.
    pub(super) fn dead_topic(&self) -> String {
        format!("{}-dead", self.topic)
    }
}

#[cfg(feature = "google-pubsub-adc")]
async fn default_credentials() -> Result<Arc<dyn Credentials>, TransportError> {
    Ok(Arc::new(super::ApplicationDefault::find().await?))
}

#[cfg(not(feature = "google-pubsub-adc"))]
async fn default_credentials() -> Result<Arc<dyn Credentials>, TransportError> {
    Err(TransportError::new("connecting to Pub/Sub", "there are no credentials"))
}

/// Without what credentials say of themselves.
impl fmt::Debug for GooglePubsubConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { project, topic, .. } = self;
        f.debug_struct("GooglePubsubConfig")
            .field("project", project)
            .field("topic", topic)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::GooglePubsubConfig;
    use crate::google_pubsub::{Anonymous, BearerToken};
    use std::time::Duration;

    #[tokio::test]
    async fn an_emulator_is_asked_where_the_environment_names_one_and_nothing_else_is_said() {
        let config = GooglePubsubConfig::new("my-project").credentials(BearerToken::new("s3cret"));
        let place = |config: GooglePubsubConfig, emulator: Option<&'static str>| async move {
            let (endpoint, credentials) = config.place(emulator.map(str::to_owned)).await.unwrap();
            (endpoint, credentials.token().await.unwrap())
        };
        let token = || Some("s3cret".to_owned());
        let google = "https://pubsub.googleapis.com".to_owned();
        assert_eq!(place(config.clone(), Some("[::1]:8085")).await, ("http://[::1]:8085".to_owned(), None));
        assert_eq!(place(config.clone(), Some("")).await, (google.clone(), token()));
        assert_eq!(place(config.clone(), None).await, (google, token()));
        let elsewhere = config.endpoint("http://there:1");
        assert_eq!(place(elsewhere, Some("localhost:8085")).await, ("http://there:1".to_owned(), token()));
    }

    #[tokio::test]
    async fn what_google_would_refuse_is_refused() {
        let ok =
            || GooglePubsubConfig::new("my-project").credentials(Anonymous).endpoint("http://127.0.0.1:1");
        for wrong in [
            GooglePubsubConfig::new("a/b").credentials(Anonymous),
            GooglePubsubConfig::new("").credentials(Anonymous),
            ok().topic("a/b"),
            ok().topic("a".repeat(252)),
            ok().ack_deadline(Duration::from_secs(601)),
            ok().endpoint("ftp://127.0.0.1"),
            ok().endpoint("127.0.0.1:8085"),
        ] {
            let error = wrong.connect().await.unwrap_err();
            assert!(!error.is_transient(), "{error:?}");
        }
        assert!(ok().connect().await.unwrap_err().is_transient());
    }

    #[test]
    fn no_token_is_shown() {
        let shown =
            format!("{:?}", GooglePubsubConfig::new("my-project").credentials(BearerToken::new("s3cret")));
        assert!(shown.contains("my-project") && !shown.contains("s3cret"), "{shown}");
        assert_eq!(format!("{:?}", BearerToken::new("s3cret")), "BearerToken { .. }");
    }
}
