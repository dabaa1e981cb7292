//! A client of the shop in the same process, without a network.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use factum::prelude::*;
use serde_json::Value;
use shop::{
    http::{Shop, router},
    store::{Place, Service, stock},
    terms::Terms,
};
use std::time::Duration;
use tokio::sync::watch;
use tower::ServiceExt as _;

pub(crate) struct Client {
    pub(crate) app: App,
    router: Router,
    // As long as it is there, the server is.
    _open: watch::Sender<bool>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

/// A payment service that answers at once; what it is late with comes when the test is over.
const SERVICE: Service = Service { latency: Duration::ZERO, late_by: Duration::from_secs(600) };

impl Client {
    /// Of a shop in memory, with 25 of each product, whose orders wait as long as these terms say.
    pub(crate) async fn of(terms: Terms) -> Self {
        let app = Place::Memory.open(SERVICE).await.unwrap();
        stock(&app, 25).await.unwrap();
        app.caught_up().await.unwrap();
        let (open, closing) = watch::channel(false);
        Self { router: router(Shop::new(app.clone(), terms, closing)), app, _open: open }
    }

    pub(crate) async fn new() -> Self {
        Self::of(Terms::SIMULATED).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn call(
        &self,
        line: &str,
        headers: &[(&str, &str)],
        body: impl Into<Option<Value>>,
    ) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body.into() {
            None => request.body(Body::empty()),
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
        };
        self.send(request.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(&format!("GET {path}"), &[], None).await
    }

    /// A cart with two mugs; its number.
    pub(crate) async fn cart(&self) -> String {
        let order = self.call("POST /api/carts", &[], None).await.text("order");
        let put = format!("PUT /api/carts/{order}/items/mug");
        self.call(&put, &[], serde_json::json!({ "quantity": 2 })).await.must(200);
        order
    }

    /// An order of two mugs; its number.
    pub(crate) async fn order(&self, card: &str, country: &str) -> String {
        let order = self.cart().await;
        let body = serde_json::json!({ "customer": "Ada", "card": card, "country": country });
        self.call(&format!("POST /api/carts/{order}/checkout"), &[], body).await.must(202);
        order
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub(crate) fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.json())).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }

    /// The same answer, which must have this status.
    #[track_caller]
    pub(crate) fn must(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// A problem of this status, whose type ends so.
    #[track_caller]
    pub(crate) fn must_be_problem(self, status: u16, kind: &str) {
        let answer = self.must(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("/problems#{kind}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
    }
}
