use super::{Credentials, failure::Failure};
use crate::{
    https::{self, Connector, OfTheSystem},
    transport::TransportError,
};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// The REST interface of one project.
pub(super) struct Api {
    client: Client<Connector, Full<Bytes>>,
    /// What comes before the path of a topic or a subscription.
    base: String,
    credentials: Arc<dyn Credentials>,
}

/// A connection that is not used for so long is given up.
const IDLE: Duration = Duration::from_secs(60);
/// Who asks.
const AGENT: &str = concat!("factum/", env!("CARGO_PKG_VERSION"));

impl Api {
    /// At `endpoint`, `https://…` or, for an emulator, `http://…`.
    pub(super) fn new(
        endpoint: &str,
        project: &str,
        credentials: Arc<dyn Credentials>,
        idle: usize,
    ) -> Result<Self, TransportError> {
        let endpoint = endpoint.trim_end_matches('/');
        let refused = |why: &str| TransportError::new(format!("using {endpoint:?} for Pub/Sub"), why);
        let uri: Uri = endpoint.parse().map_err(|_| refused("not a URL"))?;
        let tls = match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(_)) => {
                Some(https::connector(&[]).map_err(|_| refused("the system trusts nobody"))?)
            }
            (Some("http"), Some(_)) => None,
            _ => return Err(refused("not a URL of http or https")),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(idle)
            // Where it is, is not said by whoever publishes.
            .build(Connector { resolve: Arc::new(OfTheSystem), allows_private: true, tls });
        Ok(Self { client, base: format!("{endpoint}/v1/projects/{project}"), credentials })
    }

    /// Asks for `path` of the project (`topics/factum:publish`), with a body of JSON if there is one.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        within: Duration,
    ) -> Result<T, Failure> {
        let answered = timeout(within, self.exchange(method, path, body)).await;
        let body = answered.unwrap_or_else(|elapsed| Err(Failure::Unreached(elapsed.into())))?;
        serde_json::from_slice(&body).map_err(Failure::Unreadable)
    }

    async fn exchange(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, Failure> {
        let token = self.credentials.token().await.map_err(Failure::NoToken)?;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/{path}", self.base))
            .header(header::USER_AGENT, AGENT)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
                Failure::NoToken(TransportError::new("using a token of Google", "it is no header"))
            })?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        let unreached = |error: Box<dyn std::error::Error + Send + Sync>| Failure::Unreached(error);
        let request = request.body(Full::new(body)).map_err(|error| unreached(error.into()))?;
        let response = self.client.request(request).await.map_err(|error| unreached(error.into()))?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| unreached(error.into()))?.to_bytes();
        if head.status.is_success() { Ok(body) } else { Err(Failure::answered(head.status, &body)) }
    }
}
