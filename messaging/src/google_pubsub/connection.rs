use super::{Credentials, GooglePubsubConfig, api::Api, failure::Failure};
use crate::transport::TransportError;
use bytes::Bytes;
use http::Method;
use serde::{Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};
use tokio::sync::OnceCell;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Requests are made one by one, over as many connections as they need; so there is nothing to be lost but these.
pub(super) struct Connection {
    pub(super) config: GooglePubsubConfig,
    api: Api,
    /// Cancelled once the transport is closed.
    pub(super) closing: CancellationToken,
    /// The tasks of feeds.
    pub(super) feeds: TaskTracker,
    /// Once the topic of dead letters is there.
    pub(super) dead: OnceCell<()>,
    /// Held by whoever makes a topic again.
    pub(super) restoring: tokio::sync::Mutex<()>,
}

impl Connection {
    pub(super) fn open(
        config: GooglePubsubConfig,
        endpoint: &str,
        credentials: Arc<dyn Credentials>,
    ) -> Result<Self, TransportError> {
        let api = Api::new(endpoint, &config.project, credentials, config.at_once.get())?;
        Ok(Self {
            config,
            api,
            closing: CancellationToken::new(),
            feeds: TaskTracker::new(),
            dead: OnceCell::new(),
            restoring: tokio::sync::Mutex::default(),
        })
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.api.ask(Method::GET, path, Bytes::new(), self.config.timeout).await
    }

    pub(super) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.api.ask(Method::PUT, path, json(body), self.config.timeout).await
    }

    /// Asks for something to be done, with a body that is JSON already.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Bytes,
        within: Duration,
    ) -> Result<T, Failure> {
        self.api.ask(Method::POST, path, body, within).await
    }

    pub(super) async fn close(&self) {
        self.closing.cancel();
        self.feeds.close();
        if tokio::time::timeout(self.config.timeout, self.feeds.wait()).await.is_err() {
            tracing::warn!("Pub/Sub was not told of all messages that are to be delivered again at once");
        }
    }
}

pub(super) fn json(body: &impl Serialize) -> Bytes {
    serde_json::to_vec(body).expect("text and numbers can be written as JSON").into()
}
