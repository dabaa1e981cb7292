use super::{
    Request, RequestReply, Requests, Serve,
    wire::{self, IDEMPOTENCY_KEY, Kind, Reply},
};
use crate::{CloudEvent, TopicPattern, transport::TransportError};
use factum_core::{
    App, Causes, Command, ConsumerName, Invalid, ReadQuery, SendError,
    bus::{Context, Envelope, Rejection},
    topic::escape,
};
use futures_util::{
    FutureExt as _,
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt as _},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::to_raw_value;
use std::{collections::HashMap, fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::Service as _;

/// A question that can be asked from elsewhere.
pub trait RemoteQuery:
    ReadQuery<Answer: Serialize + DeserializeOwned> + Serialize + DeserializeOwned
{
    /// What it is called on the wire. It should not change while others ask it.
    const NAME: &'static str;
}

type Answer = Arc<dyn Fn(App, CloudEvent) -> BoxFuture<'static, Reply> + Send + Sync>;

/// Serves the commands and questions of an application to others.
#[must_use = "nothing is served before `serve`"]
pub struct Server {
    app: App,
    service: String,
    served: HashMap<(Kind, &'static str), Answer>,
    at_once: usize,
}

/// How long to wait before serving again after an error.
const PAUSE: Duration = Duration::from_secs(1);

impl Server {
    /// Serves `app` in the name of `service`: one word of a topic.
    pub fn new(app: App, service: impl Into<String>) -> Self {
        Self { app, service: service.into(), served: HashMap::new(), at_once: 64 }
    }

    /// Serves this command.
    pub fn command<C>(mut self) -> Self
    where
        C: Command + DeserializeOwned,
        Rejection<C>: Serialize + DeserializeOwned + fmt::Display,
    {
        let answer: Answer = Arc::new(|app, event| Box::pin(async move { command::<C>(&app, &event).await }));
        self.served.insert((Kind::Command, C::NAME), answer);
        self
    }

    /// Serves this question.
    pub fn query<Q: RemoteQuery>(mut self) -> Self {
        let answer: Answer = Arc::new(|app, event| Box::pin(async move { query::<Q>(&app, &event).await }));
        self.served.insert((Kind::Query, Q::NAME), answer);
        self
    }

    /// So many requests are served at a time; by default 64. 0 is taken for 1.
    pub const fn at_once(mut self, requests: usize) -> Self {
        self.at_once = if requests == 0 { 1 } else { requests };
        self
    }

    /// Begins to serve, until the [`Serving`] is stopped or dropped.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be reached, or refuses it; or the service's name cannot be a word of a topic.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn serve(self, transport: impl RequestReply) -> Result<Serving, TransportError> {
        let serve = self.topics().map_err(|error| TransportError::new("naming a service", error))?;
        let transport: Arc<dyn RequestReply> = Arc::new(transport);
        let requests = transport.serve(serve.clone()).await?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut open = Some(requests);
            loop {
                let requests = match open.take() {
                    Some(requests) => Ok(requests),
                    None => transport.serve(serve.clone()).await,
                };
                let ended = match requests {
                    Ok(requests) => self.run(requests, &stopped).await,
                    Err(error) => Err(error),
                };
                let Err(error) = ended else { return };
                tracing::warn!(service = %serve.service, error = %Causes(&error), "serving begins again");
                if stopped.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
                    return;
                }
            }
        });
        Ok(Serving { stop: stop.drop_guard(), task: Mutex::new(Some(task)) })
    }

    fn topics(&self) -> Result<Serve, Invalid> {
        let pattern = |kind: Kind| TopicPattern::new(format!("{}.{}.*", kind.word(), escape(&self.service)));
        let serve =
            Serve::new(ConsumerName::new(&self.service)?, [pattern(Kind::Command)?, pattern(Kind::Query)?]);
        Ok(serve.at_once(u16::try_from(self.at_once).unwrap_or(u16::MAX)))
    }

    /// Serves until it is stopped, or the transport is closed; or an error.
    async fn run(
        &self,
        mut requests: Box<dyn Requests>,
        stop: &CancellationToken,
    ) -> Result<(), TransportError> {
        let mut running = FuturesUnordered::new();
        let ended = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Ok(()),
                Some(()) = running.next(), if !running.is_empty() => {}
                next = requests.next(), if running.len() < self.at_once => match next {
                    Some(Ok(request)) => running.push(self.answer(request)),
                    Some(Err(error)) => break Err(error),
                    None => break Ok(()),
                },
            }
        };
        // What has not been begun is for others.
        drop(requests);
        // What was begun is finished.
        while running.next().await.is_some() {}
        ended
    }

    async fn answer(&self, request: Request) {
        let (topic, event) = (request.topic.clone(), request.event.clone());
        if wire::remaining(&event).is_some_and(|remaining| remaining.is_zero()) {
            return tracing::debug!(%topic, "nobody waits for the answer any more");
        }
        let kind = if topic.as_str().starts_with(Kind::Command.word()) { Kind::Command } else { Kind::Query };
        let served = self.served.iter().find(|((of, name), _)| *of == kind && *name == event.event_type);
        let reply = match served {
            Some((_, answer)) => {
                let reply = AssertUnwindSafe(answer(self.app.clone(), event.clone())).catch_unwind().await;
                reply.unwrap_or_else(|_| {
                    tracing::error!(%topic, "serving a request has panicked");
                    Reply::Failed { kind: "panicked".to_owned(), message: "it has panicked".to_owned() }
                })
            }
            None => Reply::NotServed { name: event.event_type.clone() },
        };
        if let Err(error) = request.reply(wire::reply(&event, &reply)).await {
            let why = Causes(&error).to_string();
            tracing::warn!(%topic, error = why, "an answer could not be sent");
            if !error.is_transient() && !error.is_closed() {
                // It is too large, for example: nobody needs to wait for another try.
                let message = format!("the answer cannot be sent: {why}");
                let _ = request
                    .reply(wire::reply(&event, &Reply::Failed { kind: "reply".to_owned(), message }))
                    .await;
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let served: Vec<_> =
            self.served.keys().map(|(kind, name)| format!("{} {name}", kind.word())).collect();
        f.debug_struct("Server")
            .field("service", &self.service)
            .field("served", &served)
            .finish_non_exhaustive()
    }
}

async fn command<C>(app: &App, event: &CloudEvent) -> Reply
where
    C: Command + DeserializeOwned,
    Rejection<C>: Serialize + DeserializeOwned + fmt::Display,
{
    let invalid = |message: String| Reply::Refused { kind: "invalid".to_owned(), message };
    let command: C = match serde_json::from_slice(event.data.as_deref().unwrap_or(b"null")) {
        Ok(command) => command,
        Err(error) => return invalid(format!("reading {}: {error}", C::NAME)),
    };
    let mut envelope = match Envelope::new(command) {
        Ok(envelope) => envelope,
        Err(error) => return invalid(error.to_string()),
    };
    let mut context = Context::default();
    match event.to_recorded() {
        Ok(record) => context.metadata = record.metadata,
        Err(error) => return invalid(Causes(&error).to_string()),
    }
    context.timeout = wire::remaining(event);
    envelope = envelope.with_context(context);
    if let Some(key) = event.extension(IDEMPOTENCY_KEY) {
        envelope = envelope.with_idempotency_key(key.to_string());
    }
    match app.commands().clone().call(envelope).await {
        Ok(committed) => Reply::Committed { receipt: committed.receipt, repeated: committed.repeated },
        Err(SendError::Rejected(rejection)) => match to_raw_value(&rejection) {
            Ok(json) => Reply::Rejected(json),
            Err(error) => {
                Reply::Refused { kind: "rejected".to_owned(), message: format!("{rejection} ({error})") }
            }
        },
        Err(error) => {
            let (kind, is_failure) = (error.kind().to_owned(), error.is_failure());
            let message = match &error {
                SendError::Store(error) => Causes(error).to_string(),
                error => error.to_string(),
            };
            if is_failure { Reply::Failed { kind, message } } else { Reply::Refused { kind, message } }
        }
    }
}

async fn query<Q: RemoteQuery>(app: &App, event: &CloudEvent) -> Reply {
    let query: Q = match serde_json::from_slice(event.data.as_deref().unwrap_or(b"null")) {
        Ok(query) => query,
        Err(error) => {
            let message = format!("reading {}: {error}", Q::NAME);
            return Reply::Refused { kind: "invalid".to_owned(), message };
        }
    };
    let failed = |message: String| Reply::Failed { kind: "query".to_owned(), message };
    match app.ask(query).await {
        Ok(answer) => to_raw_value(&answer).map_or_else(|error| failed(error.to_string()), Reply::Answer),
        Err(error) => failed(Causes(&error).to_string()),
    }
}

/// What is being served. Dropping it ends it.
#[derive(Debug)]
pub struct Serving {
    stop: DropGuard,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Serving {
    /// Takes no more requests, and finishes those that were begun.
    pub async fn stop(&self) {
        self.stop.token().cancel();
        let mut task = self.task.lock().await;
        // Taken out only once it has ended, so that whoever asks after somebody who gave up waiting waits for it too.
        if let Some(running) = task.as_mut() {
            // A panic has been reported by the runtime.
            let _ = running.await;
            *task = None;
        }
    }
}
