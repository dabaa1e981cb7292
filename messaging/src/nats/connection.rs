use super::NatsConfig;
use crate::transport::TransportError;
use async_nats::{
    Client, ConnectErrorKind, ConnectOptions, Event,
    jetstream::{
        self, Context,
        context::{ContextBuilder, RequestErrorKind},
        response::Response,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The client, which connects again by itself, and what is known of its connection.
pub(super) struct Connection {
    pub(super) config: NatsConfig,
    pub(super) client: Client,
    pub(super) jetstream: Context,
    pub(super) link: watch::Receiver<Link>,
    /// Cancelled once the transport is closed.
    pub(super) closing: CancellationToken,
    /// Held by whoever makes a stream again.
    pub(super) restoring: tokio::sync::Mutex<()>,
    /// The tasks of feeds.
    pub(super) feeds: TaskTracker,
}

/// What has become of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) is_up: bool,
    /// How often it was lost.
    pub(super) losses: u64,
}

/// How long to wait before the nth time that it is tried to connect again.
fn pause(attempts: usize) -> Duration {
    Duration::from_millis(10 << attempts.min(7)).min(Duration::from_secs(1))
}

impl Connection {
    pub(super) async fn open(config: NatsConfig) -> Result<Self, TransportError> {
        let (links, link) = watch::channel(Link { is_up: true, losses: 0 });
        let mut options = ConnectOptions::new()
            .name("factum")
            .connection_timeout(config.confirm_timeout)
            .request_timeout(Some(config.confirm_timeout))
            .reconnect_delay_callback(pause)
            .event_callback(move |event| {
                heard(&links, &event);
                std::future::ready(())
            });
        if let Some(file) = config.root_certificates.clone() {
            options = options.add_root_certificates(file);
        }
        let doing = "connecting to NATS";
        let addresses: Vec<String> = config.url.split(',').map(|url| url.trim().to_owned()).collect();
        let client = options.connect(addresses).await.map_err(|error| match error.kind() {
            ConnectErrorKind::Dns | ConnectErrorKind::TimedOut | ConnectErrorKind::Io => {
                TransportError::unavailable(doing, error)
            }
            _ => TransportError::new(doing, error),
        })?;
        let jetstream =
            ContextBuilder::new().timeout(config.confirm_timeout).ack_timeout(config.confirm_timeout);
        // How many messages are under way is up to whoever publishes.
        let jetstream = jetstream.max_ack_inflight(Semaphore::MAX_PERMITS).build(client.clone());
        let (closing, feeds) = (CancellationToken::new(), TaskTracker::new());
        Ok(Self { config, client, jetstream, link, closing, restoring: tokio::sync::Mutex::default(), feeds })
    }

    /// Asks `JetStream`. The inner error is what it answers.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        doing: &str,
        subject: String,
        request: &(impl Serialize + ?Sized),
    ) -> Result<Result<T, jetstream::Error>, TransportError> {
        if !self.link().is_up {
            return Err(TransportError::unavailable(doing.to_owned(), "there is no connection"));
        }
        // Should it be lost now, the client would wait for as long as there is none.
        let asked =
            tokio::time::timeout(2 * self.config.confirm_timeout, self.jetstream.request(subject, request));
        match asked.await {
            Ok(Ok(Response::Ok(answer))) => Ok(Ok(answer)),
            Ok(Ok(Response::Err { error })) => Ok(Err(error)),
            Ok(Err(error)) if error.kind() == RequestErrorKind::NoResponders => {
                let why = "JetStream does not answer; it is not enabled, or not there yet";
                Err(TransportError::unavailable(doing.to_owned(), why))
            }
            Ok(Err(error)) => Err(TransportError::unavailable(doing.to_owned(), error)),
            Err(elapsed) => Err(TransportError::unavailable(doing.to_owned(), elapsed)),
        }
    }

    pub(super) fn link(&self) -> Link {
        *self.link.borrow()
    }

    pub(super) async fn close(&self) {
        self.closing.cancel();
        self.feeds.close();
        // What they still had to say is on its way once it is flushed.
        let said = async {
            self.feeds.wait().await;
            if self.link().is_up {
                let _ = self.client.flush().await;
            }
        };
        if tokio::time::timeout(self.config.confirm_timeout, said).await.is_err() {
            tracing::warn!("NATS was not told of all messages that are to be delivered again at once");
        }
        let _ = self.client.drain().await;
    }
}

/// An answer of `JetStream`, as an error.
pub(super) fn refused(doing: impl Into<String>, error: jetstream::Error) -> TransportError {
    // 503 is a cluster without a leader and the like; 500 a server out of resources.
    match error.code() {
        500.. => TransportError::unavailable(doing.into(), error),
        _ => TransportError::new(doing.into(), error),
    }
}

fn heard(links: &watch::Sender<Link>, event: &Event) {
    match event {
        Event::Connected => {
            links.send_if_modified(|link| !std::mem::replace(&mut link.is_up, true));
            tracing::debug!("connected to NATS");
        }
        Event::Disconnected => {
            links.send_modify(|link| *link = Link { is_up: false, losses: link.losses + 1 });
            tracing::warn!("the connection to NATS is lost, and made again");
        }
        Event::Closed => {
            links.send_modify(|link| link.is_up = false);
            tracing::debug!("the connection to NATS is closed");
        }
        event => tracing::warn!(%event, "NATS"),
    }
}
