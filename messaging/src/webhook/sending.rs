use super::{
    Circuit, Delivery, Endpoint, InvalidEndpoint,
    answer::{Answer, Meaning},
    circuit::{Breaker, Pass},
    delivery::Deliveries,
    request,
};
use crate::{
    https::{self, Connector},
    transport::{Capabilities, Feed, Listen, Outgoing, PublishError, Transport, TransportError, in_order},
};
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{Causes, Timestamp, store::now};
use http::Request;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// Sends messages to one endpoint; cheap to clone, and all clones share its circuit. See the [module](super).
#[derive(Clone)]
pub struct Webhook {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: Endpoint,
    origin: String,
    client: Client<Connector, Full<Bytes>>,
    breaker: Breaker,
    deliveries: Deliveries,
    is_closed: AtomicBool,
}

/// So much of the body of an answer is read, for the sake of the connection, which is used again then; nobody looks at it.
const ANSWER_BYTES: usize = 64 * 1024;
/// A connection that is not used for so long is given up.
const IDLE: Duration = Duration::from_secs(60);

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Webhook {
    /// To this endpoint. Nothing is sent to it yet.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] when its URL names an address that is not allowed, or nobody's certificate is trusted.
    pub fn new(endpoint: Endpoint) -> Result<Self, InvalidEndpoint> {
        if endpoint.is_refused() {
            return Err(InvalidEndpoint::Private);
        }
        let tls = match endpoint.url.scheme() {
            "https" => Some(https::connector(&endpoint.trusted)?),
            _ => None,
        };
        let (resolve, allows_private) = (Arc::clone(&endpoint.resolve), endpoint.allows_private);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(endpoint.at_once)
            .build(Connector { resolve, allows_private, tls });
        let origin = endpoint.origin();
        let breaker = Breaker::new(endpoint.pauses, origin.clone());
        let deliveries = Deliveries::new(endpoint.deliveries);
        let is_closed = AtomicBool::new(false);
        Ok(Self { shared: Arc::new(Shared { endpoint, origin, client, breaker, deliveries, is_closed }) })
    }

    /// Whether messages are sent to the endpoint.
    #[must_use]
    pub fn circuit(&self) -> Circuit {
        self.shared.breaker.circuit()
    }

    /// The last times that a message was sent, the oldest first, [so many](Endpoint::deliveries) of them.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.deliveries.last()
    }

    /// Scheme, host and port of the endpoint.
    pub(super) fn origin(&self) -> &str {
        &self.shared.origin
    }
}

impl Shared {
    async fn send(&self, message: Outgoing) -> Result<(), PublishError> {
        if self.is_closed.load(Relaxed) {
            return Err(PublishError::closed());
        }
        let topics = &self.endpoint.topics;
        if !topics.is_empty() && !topics.iter().any(|pattern| pattern.matches(&message.topic)) {
            return Ok(());
        }
        let pass = self.breaker.enter().await.map_err(|left| {
            PublishError::Unavailable(TransportError::unavailable(
                self.doing(),
                format!("the endpoint has failed, and is tried again in {left:?}"),
            ))
        })?;
        let (started, sent_at) = (Instant::now(), now());
        let request = request::of(&self.endpoint, &message.event, sent_at)
            .map_err(|why| PublishError::Refused(TransportError::new(self.doing(), why)))?;
        let answer = self.exchange(request, started, sent_at).await;
        let (status, result) = self.outcome(answer, pass);
        self.deliveries.add(Delivery {
            id: message.event.id,
            topic: message.topic,
            time: sent_at,
            status,
            duration: started.elapsed(),
            error: result.as_ref().err().map(|error| Causes(error).to_string()),
        });
        result
    }

    /// Redirects are not followed, and proxies that the environment names are not asked: the address that was checked is the one that
    /// is connected to.
    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        started: Instant,
        sent_at: Timestamp,
    ) -> Result<Answer, Failure> {
        let end = started + self.endpoint.timeout;
        let response = timeout_at(end, self.client.request(request))
            .await
            .map_err(|_| "there was no answer in time")??;
        let (head, body) = response.into_parts();
        // The status has said what there is to say. Whether the rest comes matters to the connection alone.
        let _ = timeout_at(end, Limited::new(body, ANSWER_BYTES).collect()).await;
        Ok(Answer::new(head.status, &head.headers, sent_at))
    }

    fn outcome(
        &self,
        answer: Result<Answer, Failure>,
        pass: Pass<'_>,
    ) -> (Option<u16>, Result<(), PublishError>) {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                pass.failed(None);
                let error = TransportError::unavailable(self.doing(), error);
                return (None, Err(PublishError::Unavailable(error)));
            }
        };
        let why = format!("the endpoint has answered with status {}", answer.status);
        let result = match answer.meaning() {
            Meaning::Taken => {
                pass.succeeded();
                Ok(())
            }
            Meaning::Refused => {
                pass.succeeded();
                Err(PublishError::Refused(TransportError::new(self.doing(), why)))
            }
            Meaning::Later => {
                pass.failed(answer.pause);
                Err(PublishError::Unavailable(TransportError::unavailable(self.doing(), why)))
            }
        };
        (Some(answer.status.as_u16()), result)
    }

    fn doing(&self) -> String {
        format!("sending a message to {}", self.origin)
    }
}

#[async_trait]
impl Transport for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().confirms()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        in_order(messages, self.shared.endpoint.at_once, |message| self.shared.send(message)).await
    }

    /// Not possible: an endpoint is only sent to. What comes in from others is read by a `SignedWebhook`, of the feature
    /// `webhook-axum`.
    async fn listen(&self, _: Listen) -> Result<Box<dyn Feed>, TransportError> {
        let why = "a webhook only sends; what others send comes in by HTTP, as a `SignedWebhook`";
        Err(TransportError::new("listening by a webhook", why))
    }

    async fn close(&self) {
        self.shared.is_closed.store(true, Relaxed);
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("endpoint", &self.shared.endpoint)
            .field("circuit", &self.circuit())
            .finish_non_exhaustive()
    }
}
