use super::{Secret, Secrets, circuit::Pauses};
use crate::{
    TopicPattern,
    https::{self, OfTheSystem, Resolve, Untrusted},
};
use http::{HeaderName, HeaderValue, header};
use std::{fmt, sync::Arc, time::Duration};
use url::{Host, Url};

/// Where messages are sent, and how; of which a [`Webhook`](super::Webhook) is made.
///
/// ```
/// use factum_messaging::webhook::{Endpoint, Secret};
///
/// let endpoint = Endpoint::new("https://example.com/hooks", Secret::generate())?
///     .topic("order.*.Paid".parse()?)
///     .header("authorization", "Bearer 7")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its `Debug` shows neither secrets nor headers nor, since some have a secret in it, the path of the URL.
#[derive(Clone)]
#[must_use]
pub struct Endpoint {
    pub(super) url: Url,
    pub(super) secrets: Secrets,
    pub(super) topics: Vec<TopicPattern>,
    pub(super) timeout: Duration,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) pauses: Pauses,
    pub(super) at_once: usize,
    pub(super) is_binary: bool,
    pub(super) allows_private: bool,
    pub(super) deliveries: usize,
    pub(super) resolve: Arc<dyn Resolve>,
    pub(super) trusted: Vec<Vec<u8>>,
}

/// Longer, nobody means it.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Endpoint {
    /// At `url`, with messages that are signed with `secret`.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] when it is no URL, when its scheme is neither `http` nor `https`, or when a user or a password is in
    /// it.
    pub fn new(url: impl AsRef<str>, secret: Secret) -> Result<Self, InvalidEndpoint> {
        let mut url = Url::parse(url.as_ref()).map_err(|why| InvalidEndpoint::Url(why.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidEndpoint::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidEndpoint::UserInfo);
        }
        url.set_fragment(None);
        Ok(Self {
            url,
            secrets: secret.into(),
            topics: Vec::new(),
            timeout: Duration::from_secs(20),
            headers: Vec::new(),
            pauses: Pauses {
                failures: 5,
                first: Duration::from_secs(1),
                longest: Duration::from_secs(5 * 60),
            },
            at_once: 8,
            is_binary: false,
            allows_private: false,
            deliveries: 100,
            resolve: Arc::new(OfTheSystem),
            trusted: Vec::new(),
        })
    }

    /// Messages are signed with this one too, while the receiver changes from one to the other.
    pub fn also_signed_with(mut self, secret: Secret) -> Self {
        self.secrets = self.secrets.and(secret);
        self
    }

    /// Sends what is published under the topics of this pattern, and if there are others, also under theirs. Without any,
    /// everything is sent. What is not counts as published.
    pub fn topic(mut self, pattern: TopicPattern) -> Self {
        self.topics.push(pattern);
        self
    }

    /// How long a message may take until it is answered. By default 20 seconds; the specification recommends 15 to 30.
    /// A day at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(A_DAY);
        self
    }

    /// Sends this header too.
    ///
    /// # Errors
    /// [`InvalidEndpoint::Header`] when it cannot be one, or is one of those that the message itself has.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = || InvalidEndpoint::Header(name.to_owned());
        let key = HeaderName::try_from(name).map_err(|_| invalid())?;
        let is_taken = ["webhook-", "ce-"].iter().any(|prefix| key.as_str().starts_with(prefix))
            || [
                header::CONNECTION,
                header::CONTENT_LENGTH,
                header::CONTENT_TYPE,
                header::HOST,
                header::TRANSFER_ENCODING,
                header::UPGRADE,
            ]
            .contains(&key);
        if is_taken {
            return Err(invalid());
        }
        let mut value = HeaderValue::try_from(value).map_err(|_| invalid())?;
        value.set_sensitive(true);
        self.headers.push((key, value));
        Ok(self)
    }

    /// After so many failures in a row, nothing is sent for a while. By default 5; 0 is taken for 1.
    pub fn failures(mut self, in_a_row: u32) -> Self {
        self.pauses.failures = in_a_row.max(1);
        self
    }

    /// For how long nothing is sent: `first`, then each time twice as long, and never longer than `longest`. By default a
    /// second and five minutes; a day at most. When the endpoint [asks for](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3) more, up to an
    /// hour, it gets it.
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        (self.pauses.first, self.pauses.longest) = (first.min(A_DAY), longest.min(A_DAY));
        self
    }

    /// So many messages at most are on their way at a time, each of another key. By default 8; 0 is taken for 1.
    pub fn at_once(mut self, messages: usize) -> Self {
        self.at_once = messages.max(1);
        self
    }

    /// Sends the data as the body and the attributes as headers (binary mode of the [HTTP binding]). The attributes are not
    /// signed then: only what is in the body is.
    ///
    /// [HTTP binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
    pub const fn binary(mut self) -> Self {
        self.is_binary = true;
        self
    }

    /// Sends also to hosts that are not on the public internet: to this machine, to its network. Not for URLs that others choose,
    /// who would then reach what is behind the firewall.
    pub const fn allow_private(mut self) -> Self {
        self.allows_private = true;
        self
    }

    /// Keeps so many of the last deliveries, by default 100.
    pub const fn deliveries(mut self, most: usize) -> Self {
        self.deliveries = most;
        self
    }

    /// Finds the addresses of hosts in this way, and not as the operating system does.
    pub fn resolver(mut self, resolve: impl Resolve) -> Self {
        self.resolve = Arc::new(resolve);
        self
    }

    /// Trusts this certificate too, in DER: that of the authority of a company, for example.
    pub fn trust(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.trusted.push(certificate.into());
        self
    }

    /// Scheme, host and port: what may be seen of it.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether the URL names an address that may not be connected to. Names are looked at when they are resolved.
    pub(super) fn is_refused(&self) -> bool {
        let address = match self.url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            _ => return false,
        };
        !self.allows_private && !https::is_public(address)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("origin", &self.origin())
            .field("topics", &self.topics)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why nothing can be sent to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEndpoint {
    /// It is no URL, as said here.
    #[error("the URL of the endpoint is none: {0}")]
    Url(String),
    /// Its scheme is another one than `http` and `https`.
    #[error("the URL of the endpoint is neither http nor https")]
    Scheme,
    /// The URL has a user or a password in it.
    #[error("the URL of the endpoint has a user or a password in it")]
    UserInfo,
    /// It is an address that is not on the public internet ([`Endpoint::allow_private`]).
    #[error("the address of the endpoint is not on the public internet")]
    Private,
    /// This header cannot be sent, or not by the endpoint.
    #[error("the header {0:?} cannot be sent")]
    Header(String),
    /// What is to be trusted is no certificate.
    #[error("what is to be trusted is no certificate in DER")]
    Certificate,
    /// The operating system has no certificates, and there are no others.
    #[error("the system trusts nobody")]
    TrustsNobody,
}

impl From<Untrusted> for InvalidEndpoint {
    fn from(why: Untrusted) -> Self {
        match why {
            Untrusted::Certificate => Self::Certificate,
            Untrusted::Nobody => Self::TrustsNobody,
        }
    }
}
