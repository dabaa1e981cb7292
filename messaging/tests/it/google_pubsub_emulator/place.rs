use crate::given::soon;
use bytes::Bytes;
use factum_messaging::google_pubsub::{Anonymous, GooglePubsub, GooglePubsubConfig};
use factum_testkit::conformance::Fixture;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const PROJECT: &str = "factum-test";

/// A topic that nobody else uses.
pub(crate) struct Place {
    url: String,
    pub(crate) topic: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::at(crate::servers::of_google_pubsub())
    }

    pub(crate) fn at(url: String) -> Self {
        Self { url, topic: format!("test-{}", Uuid::new_v4().simple()) }
    }

    pub(crate) fn config(&self) -> GooglePubsubConfig {
        GooglePubsubConfig::new(PROJECT).endpoint(&self.url).credentials(Anonymous).topic(&self.topic)
    }

    pub(crate) async fn connect(&self) -> GooglePubsub {
        self.config().connect().await.unwrap()
    }

    /// Without Factum.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}/v1/projects/{PROJECT}/{path}", self.url))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body.to_string())))
            .unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = soon(client.request(request)).await.unwrap();
        let body = soon(response.into_body().collect()).await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    /// The messages that a subscription has, without Factum, as soon as it has some; acknowledged.
    pub(crate) async fn messages(&self, subscription: &str) -> Vec<Value> {
        let path = format!("subscriptions/{subscription}");
        let pulled = self.ask("POST", &format!("{path}:pull"), &json!({ "maxMessages": 100 })).await;
        let received = pulled["receivedMessages"].as_array().cloned().unwrap_or_default();
        let ids: Vec<_> = received.iter().map(|received| received["ackId"].clone()).collect();
        self.ask("POST", &format!("{path}:acknowledge"), &json!({ "ackIds": ids })).await;
        received.into_iter().map(|mut received| received["message"].take()).collect()
    }

    pub(crate) fn dead(&self) -> String {
        format!("{}-dead", self.topic)
    }
}

impl Fixture for Place {
    type Store = GooglePubsub;

    async fn make() -> Self {
        Self::new()
    }

    async fn open(&self) -> GooglePubsub {
        self.connect().await
    }
}
