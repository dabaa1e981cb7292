use super::respond::NatsRespond;
use crate::{
    TopicPattern,
    nats::{connection::Connection, message, subject},
    remote::{Request, Requests},
    transport::TransportError,
};
use async_nats::{Message, Subscriber};
use async_trait::async_trait;
use futures_util::stream::{SelectAll, StreamExt as _, select_all};
use std::{sync::Arc, time::Duration};
use tokio::runtime::Handle;

/// How long what was on its way may take at the end.
const LAST: Duration = Duration::from_secs(1);

/// What comes in for a service, of whose subscribers the server picks one for each request. The client subscribes again when it has
/// connected again.
pub(super) struct NatsRequests {
    connection: Arc<Connection>,
    prefix: String,
    patterns: Vec<TopicPattern>,
    received: SelectAll<Subscriber>,
}

impl NatsRequests {
    pub(super) fn new(
        connection: Arc<Connection>,
        prefix: String,
        patterns: Vec<TopicPattern>,
        subscribed: Vec<Subscriber>,
    ) -> Self {
        Self { connection, prefix, patterns, received: select_all(subscribed) }
    }

    /// The request, if it is one, and asked for: filters may pass more than the patterns.
    fn read(&self, message: Message) -> Option<Request> {
        let Message { subject, reply, headers, payload, .. } = message;
        let topic = subject::decode(subject.as_str().strip_prefix(self.prefix.as_str())?.strip_prefix('.')?)?;
        if !self.patterns.iter().any(|pattern| pattern.matches(&topic)) {
            return None;
        }
        match message::read(headers.as_ref(), payload) {
            Ok(event) => {
                let respond = NatsRespond { connection: Arc::clone(&self.connection), reply };
                Some(Request::new(topic, event, respond))
            }
            Err(error) => {
                tracing::error!(%topic, %error, "a request that cannot be read is left alone");
                None
            }
        }
    }
}

#[async_trait]
impl Requests for NatsRequests {
    async fn next(&mut self) -> Option<Result<Request, TransportError>> {
        let closing = self.connection.closing.clone();
        loop {
            let message = tokio::select! {
                biased;
                () = closing.cancelled() => return None,
                message = self.received.next() => message,
            };
            match message.map(|message| self.read(message)) {
                Some(Some(request)) => return Some(Ok(request)),
                Some(None) => {}
                None => {
                    let why = "its subscriptions have ended";
                    return Some(Err(TransportError::unavailable("serving requests of NATS", why)));
                }
            }
        }
    }
}

/// What had come and was not handed out is for another one. The server does not take it back, so it is sent once more.
impl Drop for NatsRequests {
    fn drop(&mut self) {
        let received = std::mem::take(&mut self.received);
        // Without a runtime, the subscriptions end by being dropped.
        let Ok(runtime) = Handle::try_current() else { return };
        let client = self.connection.client.clone();
        let passed_on = async move {
            for mut subscriber in received {
                if subscriber.drain().await.is_err() {
                    continue;
                }
                while let Some(message) = subscriber.next().await {
                    let Message { subject, reply: Some(reply), headers, payload, .. } = message else {
                        continue;
                    };
                    let headers = headers.unwrap_or_default();
                    let _ = client.publish_with_reply_and_headers(subject, reply, headers, payload).await;
                }
            }
        };
        self.connection.feeds.spawn_on(async move { tokio::time::timeout(LAST, passed_on).await }, &runtime);
    }
}
