use super::{
    RemoteError, RemoteQuery, RequestError, RequestReply,
    wire::{self, IDEMPOTENCY_KEY, Kind, Reply},
};
use crate::CloudEvent;
use factum_core::{
    Command, CorrelationId, Metadata, Never, Receipt, RecordedEvent,
    bus::{Backoff, Context, Rejection},
};
use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use std::{future::IntoFuture, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// Sends commands and questions to an application elsewhere, as [`App`](factum_core::App) does here. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Remote {
    service: Arc<str>,
    transport: Arc<dyn RequestReply>,
    within: Duration,
}

/// How long one request is waited for, before it is sent again.
const ATTEMPT: Duration = Duration::from_secs(5);
/// How long to wait before another attempt where nobody was reached.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));

impl Remote {
    /// The application that serves in the name of `service`, reached by `transport`.
    pub fn new(service: impl Into<Arc<str>>, transport: impl RequestReply) -> Self {
        Self { service: service.into(), transport: Arc::new(transport), within: Duration::from_secs(30) }
    }

    /// How long an answer is waited for; 30 s by default.
    #[must_use]
    pub const fn within(mut self, patience: Duration) -> Self {
        self.within = patience;
        self
    }

    /// Sends a command: await what is returned. It takes effect once, however often its request has to be sent.
    pub fn send<C>(&self, command: C) -> RemoteSend<'_, C>
    where
        C: Command + Serialize,
    {
        RemoteSend { remote: self, command, metadata: Metadata::default(), key: None, within: self.within }
    }

    /// Asks a question: await what is returned.
    pub fn ask<Q: RemoteQuery>(&self, query: Q) -> RemoteAsk<'_, Q> {
        RemoteAsk { remote: self, query, within: self.within }
    }

    /// Sends a request until there is a reply.
    async fn call<E>(
        &self,
        kind: Kind,
        name: &str,
        request: CloudEvent,
        within: Duration,
    ) -> Result<Reply, RemoteError<E>> {
        let topic = kind.topic(&self.service, name).map_err(|error| RemoteError::Encode(error.into()))?;
        let end = Instant::now() + within;
        let (mut may_be_served, mut failed) = (false, 0_u32);
        loop {
            let patience = ATTEMPT.min(end.saturating_duration_since(Instant::now()));
            let request = wire::expiring(request.clone(), patience);
            let request = request.map_err(|error| RemoteError::Encode(error.into()))?;
            let error = match self.transport.request(topic.clone(), request, patience).await {
                Ok(reply) => {
                    let data = reply.data.unwrap_or_default();
                    return serde_json::from_slice(&data).map_err(|error| RemoteError::Decode(error.into()));
                }
                Err(error) => error,
            };
            let is_final = matches!(&error, RequestError::Transport(error) if !error.is_transient());
            may_be_served |= matches!(error, RequestError::TimedOut(_));
            failed = failed.saturating_add(1);
            let pause = PAUSES.before(failed.saturating_add(1));
            if is_final || Instant::now() + pause >= end {
                return Err(match may_be_served {
                    true => RemoteError::TimedOut(within),
                    false => RemoteError::Unavailable(error),
                });
            }
            sleep(pause).await;
        }
    }
}

/// A remote command on its way: await it. Made by [`Remote::send`].
#[derive(Debug)]
#[must_use = "a command is sent when it is awaited"]
pub struct RemoteSend<'a, C> {
    remote: &'a Remote,
    command: C,
    metadata: Metadata,
    key: Option<String>,
    within: Duration,
}

impl<C> RemoteSend<'_, C> {
    /// The key that it takes effect once with; by default one that nobody else has. With one of the sender's own, it takes effect once
    /// also when the sender sends it again, after a restart for example.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Its events say who did it.
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.metadata.actor = Some(actor.into());
        self
    }

    /// Its events say for whom it was done.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.metadata.tenant = Some(tenant.into());
        self
    }

    /// Its events belong to this request from outside.
    pub fn correlation(mut self, id: impl Into<CorrelationId>) -> Self {
        self.metadata.correlation_id = Some(id.into());
        self
    }

    /// `event` caused it: its events carry the event's id as their cause, and its correlation, tenant and trace.
    pub fn caused_by(mut self, event: &(impl AsRef<RecordedEvent> + ?Sized)) -> Self {
        let mut context = Context::default();
        context.metadata = std::mem::take(&mut self.metadata);
        context.caused_by(event.as_ref());
        self.metadata = context.metadata;
        self
    }

    /// How long its answer is waited for.
    pub const fn within(mut self, patience: Duration) -> Self {
        self.within = patience;
        self
    }
}

impl<'a, C> IntoFuture for RemoteSend<'a, C>
where
    C: Command + Serialize,
    Rejection<C>: DeserializeOwned,
{
    /// Where its events were written there.
    type Output = Result<Receipt, RemoteError<Rejection<C>>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { remote, command, metadata, key, within } = self;
            let key = key.unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
            let request =
                wire::request(C::NAME, &remote.service, &command, &metadata).map_err(RemoteError::Encode)?;
            let request = request.with_extension(IDEMPOTENCY_KEY, key);
            let request = request.map_err(|error| RemoteError::Encode(error.into()))?;
            match remote.call(Kind::Command, C::NAME, request, within).await? {
                Reply::Committed { receipt, .. } => Ok(receipt),
                Reply::Rejected(json) => Err(match serde_json::from_str(json.get()) {
                    Ok(rejection) => RemoteError::Rejected(rejection),
                    Err(error) => RemoteError::Decode(error.into()),
                }),
                other => Err(unanswered(other)),
            }
        })
    }
}

/// A remote question on its way: await it. Made by [`Remote::ask`].
#[derive(Debug)]
#[must_use = "a question is asked when it is awaited"]
pub struct RemoteAsk<'a, Q> {
    remote: &'a Remote,
    query: Q,
    within: Duration,
}

impl<Q> RemoteAsk<'_, Q> {
    /// How long its answer is waited for.
    pub const fn within(mut self, patience: Duration) -> Self {
        self.within = patience;
        self
    }
}

impl<'a, Q: RemoteQuery> IntoFuture for RemoteAsk<'a, Q> {
    type Output = Result<Q::Answer, RemoteError<Never>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { remote, query, within } = self;
        // Written here, since a question need not be one that can be sent between threads by reference.
        let request = wire::request(Q::NAME, &remote.service, &query, &Metadata::default());
        Box::pin(async move {
            let request = request.map_err(RemoteError::Encode)?;
            match remote.call(Kind::Query, Q::NAME, request, within).await? {
                Reply::Answer(json) => {
                    serde_json::from_str(json.get()).map_err(|error| RemoteError::Decode(error.into()))
                }
                other => Err(unanswered(other)),
            }
        })
    }
}

fn unanswered<E>(reply: Reply) -> RemoteError<E> {
    match reply {
        Reply::Refused { kind, message } => RemoteError::Refused { kind, message },
        Reply::Failed { kind, message } => RemoteError::Failed { kind, message },
        Reply::NotServed { name } => RemoteError::NotServed(name),
        reply @ (Reply::Committed { .. } | Reply::Answer(_) | Reply::Rejected(_)) => {
            RemoteError::Decode(format!("it is no reply to what was asked: {reply:?}").into())
        }
    }
}
