//! A site on the web, on a socket of this machine, that remembers what it was sent.

use axum::{
    Router,
    body::to_bytes,
    extract::Request,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use factum_messaging::{
    CloudEvent,
    webhook::{Endpoint, Secret, Secrets, TOLERANCE},
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::AbortHandle};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub(crate) fn secret() -> Secret {
    SECRET.parse().unwrap()
}

/// A request, as it has come in.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    /// The event of a message, whose signature has to be right.
    pub(crate) fn event(&self) -> CloudEvent {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let verified =
            Secrets::from(secret()).verify(headers, &self.body, factum::store::now(), TOLERANCE).unwrap();
        let event = CloudEvent::from_json(&self.body).unwrap();
        assert_eq!(event.id, verified.id);
        event
    }

    /// Of which order it is, and its number.
    pub(crate) fn order(&self) -> (String, u64) {
        let event = self.event();
        let data: serde_json::Value = serde_json::from_slice(event.data.as_ref().unwrap()).unwrap();
        (event.subject.unwrap(), data["number"].as_u64().unwrap())
    }
}

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    running: AbortHandle,
}

impl Site {
    /// Answers each call as told.
    pub(crate) async fn open<R: IntoResponse>(
        answer: impl Fn(&Call) -> R + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let seen = Arc::clone(&calls);
        let router = Router::new().fallback(move |request: Request| {
            let (seen, answer) = (Arc::clone(&seen), answer.clone());
            async move {
                let (head, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let call = Call { uri: head.uri, headers: head.headers, body };
                let response: Response = answer(&call).into_response();
                seen.lock().unwrap().push(call);
                response
            }
        });
        let running =
            tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { address, calls, running }
    }

    /// Takes everything.
    pub(crate) async fn taking() -> Self {
        Self::open(|_| StatusCode::NO_CONTENT).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// An endpoint there, which is tried again at once.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let endpoint = Endpoint::new(self.url("/hooks"), secret()).unwrap().allow_private();
        endpoint.pauses(Duration::from_millis(1), Duration::from_millis(1))
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.running.abort();
    }
}
