//! A broker by its URL, whose scheme says which adapter it is: for programs that are told in their configuration where they publish.
//!
//! ```
//! use factum_messaging::connect;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), factum_messaging::ConnectError> {
//! let url = "local:"; // Or `amqp://localhost`, `nats://localhost`, …
//! let broker = connect(url).named("shop").await?;
//! assert_eq!(broker.name(), "local");
//! # Ok(()) }
//! ```
//!
//! | scheme | broker | feature |
//! |---|---|---|
//! | `local:` | a new [`LocalBroker`], which nobody else has | |
//! | `amqp://`, `amqps://` | RabbitMQ | `rabbitmq`; for `amqps://`, `rabbitmq-tls` |
//! | `nats://`, `tls://` | NATS `JetStream`; several servers with commas in between | `nats` |
//! | `kafka://` | Kafka; several brokers with commas in between | `kafka` |
//! | `mqtt://` | MQTT 5 | `mqtt` |
//!
//! What is not said by a URL has its defaults; who wants others, such as another kind of queue, makes the adapter itself.

use crate::{LocalBroker, Transport, TransportError, remote::RequestReply};
use factum_core::Causes;
use futures_util::future::BoxFuture;
use std::{fmt, future::IntoFuture, sync::Arc};

/// Connects to the broker at `url`: await what is returned. Its scheme says which broker it is; see the [module](self).
pub fn connect(url: impl Into<String>) -> Connect {
    Connect { url: url.into(), name: "factum".to_owned() }
}

/// A connection to be made; made by [`connect()`].
#[derive(Clone)]
#[must_use = "nothing is connected until it is awaited"]
pub struct Connect {
    url: String,
    name: String,
}

impl Connect {
    /// What all that is made at the broker is called by: for RabbitMQ its exchange and the beginning of its queues, for NATS its
    /// stream and the beginning of subjects, for Kafka its topic and the beginning of groups, for MQTT the beginning of topic names. By default `factum`. Programs that talk to each
    /// other have the same name; those that share a broker and nothing else, two.
    ///
    /// Letters, digits, `-` and `_` are understood by all brokers.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Connects to a broker that carries commands and questions, for a [`Remote`](crate::Remote) or a [`Server`](crate::Server).
    ///
    /// # Errors
    /// [`ConnectError::NoRequests`] when it carries none, and otherwise as without it.
    pub async fn requests(self) -> Result<Arc<dyn RequestReply>, ConnectError> {
        let scheme = self.scheme()?;
        Ok(match scheme.as_str() {
            "local" => Arc::new(LocalBroker::new()),
            #[cfg(feature = "rabbitmq")]
            "amqp" => Arc::new(self.rabbitmq().await?),
            #[cfg(feature = "rabbitmq-tls")]
            "amqps" => Arc::new(self.rabbitmq().await?),
            #[cfg(feature = "nats")]
            "nats" | "tls" => Arc::new(self.nats().await?),
            other if schemes().any(|known| known == other) => {
                return Err(ConnectError::NoRequests { scheme });
            }
            other => {
                let known = SCHEMES.iter().find(|known| known.scheme == other);
                return Err(match known {
                    Some(Known { feature, .. }) => ConnectError::Feature { scheme, feature },
                    None => ConnectError::Scheme { scheme },
                });
            }
        })
    }

    async fn open(self) -> Result<Arc<dyn Transport>, ConnectError> {
        Ok(match self.scheme()?.as_str() {
            #[cfg(feature = "kafka")]
            "kafka" => Arc::new(crate::kafka::KafkaConfig::new(self.url).topic(self.name).connect().await?),
            #[cfg(feature = "mqtt")]
            "mqtt" => Arc::new(crate::mqtt::MqttConfig::new(self.url).prefix(self.name).connect().await?),
            _ => self.requests().await?,
        })
    }

    fn scheme(&self) -> Result<String, ConnectError> {
        Ok(self.url.split_once(':').ok_or(ConnectError::NoScheme)?.0.to_owned())
    }

    #[cfg(feature = "rabbitmq")]
    async fn rabbitmq(self) -> Result<crate::rabbitmq::RabbitMq, TransportError> {
        crate::rabbitmq::RabbitMqConfig::new(self.url).exchange(self.name).connect().await
    }

    #[cfg(feature = "nats")]
    async fn nats(self) -> Result<crate::nats::Nats, TransportError> {
        crate::nats::NatsConfig::new(self.url).stream(&self.name).prefix(self.name).connect().await
    }
}

impl IntoFuture for Connect {
    type Output = Result<Arc<dyn Transport>, ConnectError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

/// Without the URL, which may have a password.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").field("name", &self.name).finish_non_exhaustive()
    }
}

struct Known {
    scheme: &'static str,
    feature: &'static str,
    is_there: bool,
}

const SCHEMES: [Known; 7] = [
    Known { scheme: "local", feature: "", is_there: true },
    Known { scheme: "amqp", feature: "rabbitmq", is_there: cfg!(feature = "rabbitmq") },
    Known { scheme: "amqps", feature: "rabbitmq-tls", is_there: cfg!(feature = "rabbitmq-tls") },
    Known { scheme: "nats", feature: "nats", is_there: cfg!(feature = "nats") },
    Known { scheme: "tls", feature: "nats", is_there: cfg!(feature = "nats") },
    Known { scheme: "kafka", feature: "kafka", is_there: cfg!(feature = "kafka") },
    Known { scheme: "mqtt", feature: "mqtt", is_there: cfg!(feature = "mqtt") },
];

/// The schemes of the brokers that this program was built with.
pub fn schemes() -> impl Iterator<Item = &'static str> {
    SCHEMES.iter().filter(|known| known.is_there).map(|known| known.scheme)
}

/// A broker was not connected to.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The text is no URL: it does not begin with a scheme.
    #[error("a broker is named by a URL, which begins with one of: {}", listed())]
    NoScheme,
    /// There is no broker with this scheme.
    #[error("no broker is reached by `{scheme}:`; there are: {}", listed())]
    #[non_exhaustive]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// The program was built without the adapter of this broker.
    #[error("`{scheme}:` needs the feature `{feature}`; there are: {}", listed())]
    #[non_exhaustive]
    Feature {
        /// The scheme.
        scheme: String,
        /// What to build the program with.
        feature: &'static str,
    },
    /// This broker carries no requests.
    #[error("`{scheme}:` carries no commands and questions; `local:`, `amqp:` and `nats:` do")]
    #[non_exhaustive]
    NoRequests {
        /// The scheme.
        scheme: String,
    },
    /// The broker cannot be reached, or refuses it.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

impl ConnectError {
    /// Whether trying again later may help: the broker is not there, or does not answer.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_transient())
    }
}

fn listed() -> String {
    schemes().map(|scheme| format!("`{scheme}:`")).collect::<Vec<_>>().join(", ")
}
