use crate::{
    CloudEvent, Topic, TopicPattern,
    transport::{Transport, TransportError},
};
use async_trait::async_trait;
use factum_core::ConsumerName;
use std::{fmt, num::NonZeroU16, sync::Arc, time::Duration};

/// A transport that carries requests, and their replies back.
///
/// # Guarantees
/// - **To one.** A request comes to one of those who serve its topic in the name of one service, or to nobody. It may come again, to
///   another one, if whoever has it dies.
/// - **Back to who asked.** The reply comes to whoever has sent the request, if that one still waits.
/// - **Told at once.** That nobody serves a topic is told when it is known, and not after the patience of who asks; so is that no reply
///   can come any more, because the connection that it would come over is lost.
///
/// # Implementor's duties
/// - A connection that is lost is made again, with all that was declared over it, and [`Requests`] go on. While there is none,
///   [`request`](Self::request) fails with a transient [`TransportError`], and does not wait for long.
/// - A request that was dropped without a reply is not delivered again. Those that had come to one who ends, and were not handed
///   out, come to another.
/// - The conformance suite for them in `factum-testkit` passes.
///
/// # Caller's duties
/// A topic is served in the name of one service: where there are two, each may get the request. All who serve in one name serve the same
/// topics.
#[async_trait]
pub trait RequestReply: Transport {
    /// Sends a request, and waits for its reply for so long.
    ///
    /// # Cancellation
    /// The request may have been served or not.
    ///
    /// # Errors
    /// [`RequestError`]; its variants say whether it may have been served.
    async fn request(
        &self,
        topic: Topic,
        request: CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError>;

    /// Begins to serve; whoever asks from now on finds it.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be reached, or refuses it.
    async fn serve(&self, serve: Serve) -> Result<Box<dyn Requests>, TransportError>;
}

#[async_trait]
impl<T: RequestReply + ?Sized> RequestReply for Arc<T> {
    async fn request(
        &self,
        topic: Topic,
        request: CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        (**self).request(topic, request, patience).await
    }

    async fn serve(&self, serve: Serve) -> Result<Box<dyn Requests>, TransportError> {
        (**self).serve(serve).await
    }
}

/// Who serves what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Serve {
    /// In whose name. Those who serve in one name share its requests.
    pub service: ConsumerName,
    /// The topics that match one of these.
    pub patterns: Vec<TopicPattern>,
    /// How many requests may be under way at a time, not answered, where the broker can hold them back. By default 64.
    pub at_once: NonZeroU16,
}

impl Serve {
    /// In the name of `service`, the topics that match one of `patterns`.
    pub fn new(service: ConsumerName, patterns: impl IntoIterator<Item = TopicPattern>) -> Self {
        const AT_ONCE: NonZeroU16 = NonZeroU16::new(64).expect("64 is not 0");
        Self { service, patterns: patterns.into_iter().collect(), at_once: AT_ONCE }
    }

    /// At most so many requests are under way at a time; 0 is taken for 1.
    pub const fn at_once(mut self, requests: u16) -> Self {
        self.at_once = match NonZeroU16::new(requests) {
            Some(requests) => requests,
            None => NonZeroU16::MIN,
        };
        self
    }
}

/// The requests that come in for a service. Dropping it ends it: no more come, and those that were handed out can still be answered.
#[async_trait]
pub trait Requests: Send + 'static {
    /// The next one; waits until there is one, also while the broker is away. `None` once the transport was closed.
    ///
    /// # Cancellation
    /// Safe: a request that was not returned is returned by the next call.
    ///
    /// # Errors
    /// [`TransportError`] when it has ended, and to serve again may help or not, as the error says.
    async fn next(&mut self) -> Option<Result<Request, TransportError>>;
}

/// A request that has come in.
pub struct Request {
    /// Under which topic.
    pub topic: Topic,
    /// What is asked for.
    pub event: CloudEvent,
    respond: Box<dyn Respond>,
}

/// How a transport is given a reply. Dropping it says that there will be none.
#[async_trait]
pub trait Respond: Send + Sync {
    /// Sends it to whoever has asked. That this one does not wait any more is no error.
    ///
    /// # Errors
    /// [`TransportError`] when it could not be sent. Then another one may be, a smaller one for example.
    async fn respond(&self, reply: CloudEvent) -> Result<(), TransportError>;
}

impl Request {
    /// One that has come in under `topic`.
    pub fn new(topic: Topic, event: CloudEvent, respond: impl Respond + 'static) -> Self {
        Self { topic, event, respond: Box::new(respond) }
    }

    /// Sends the reply. A request that is dropped instead is not answered.
    ///
    /// # Errors
    /// [`TransportError`] when it could not be sent. Then another one may be, a smaller one for example.
    pub async fn reply(&self, reply: CloudEvent) -> Result<(), TransportError> {
        self.respond.respond(reply).await
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("topic", &self.topic)
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

/// Why there was no reply.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Nobody serves the topic now. The request was not served.
    #[error("nobody serves {0} now")]
    NobodyServes(Topic),
    /// There was none in time, or it is known that there will be none. The request may have been served, or may yet be.
    #[error("there was no reply within {0:?}")]
    TimedOut(Duration),
    /// The broker could not be reached, or refused the request, which was not served.
    #[error(transparent)]
    Transport(#[from] TransportError),
}
