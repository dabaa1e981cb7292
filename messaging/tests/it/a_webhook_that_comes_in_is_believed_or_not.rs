use crate::{given::soon, site::secret};
use axum::{Router, extract::State, http::StatusCode, routing::post};
use bytes::Bytes;
use factum::{ConsumerName, InboxStore as _, Timestamp, store::now};
use factum_messaging::{
    CloudEvent, Transport,
    cloud_event::Binding,
    transport::Outgoing,
    webhook::{Endpoint, Receiver, Secret, Secrets, SignedWebhook, TOLERANCE, Webhook, WebhookRejection},
};
use factum_store_memory::MemoryStore;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What was handled, and whether to fail instead.
#[derive(Clone, Default)]
struct Handled {
    events: Arc<Mutex<Vec<CloudEvent>>>,
    fails: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Shop {
    receiver: Receiver,
    handled: Handled,
}

impl axum::extract::FromRef<Shop> for Receiver {
    fn from_ref(shop: &Shop) -> Self {
        shop.receiver.clone()
    }
}

async fn handle(
    State(Shop { handled, .. }): State<Shop>,
    webhook: SignedWebhook,
) -> Result<StatusCode, WebhookRejection> {
    if handled.fails.load(Relaxed) {
        return Ok(StatusCode::INTERNAL_SERVER_ERROR);
    }
    handled.events.lock().unwrap().push(webhook.event()?);
    webhook.handled().await?;
    Ok(StatusCode::CREATED)
}

async fn open(receiver: Receiver) -> (SocketAddr, Handled) {
    let handled = Handled::default();
    let shop = Shop { receiver, handled: handled.clone() };
    let router = Router::new().route("/in", post(handle)).with_state(shop);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, handled)
}

fn name() -> ConsumerName {
    ConsumerName::new("payments").unwrap()
}

fn event() -> CloudEvent {
    let event = CloudEvent::new("evt-1", "/pay", "pay.done").unwrap();
    event.with_content_type("application/json").unwrap().with_data(r#"{"amount":3}"#)
}

/// The headers of a message of `secret`, sent at `time`.
fn headers(id: &str, time: Timestamp, body: &[u8], secret: Secret) -> Vec<(String, String)> {
    let signature = Secrets::from(secret).sign(id, time, body).unwrap();
    let headers = [
        ("content-type", "application/cloudevents+json"),
        ("webhook-id", id),
        ("webhook-timestamp", &time.timestamp().to_string()),
        ("webhook-signature", &signature),
    ];
    headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Posts it, and returns the status and what follows.
async fn call(address: SocketAddr, headers: &[(String, String)], body: &[u8]) -> (u16, String) {
    let mut request =
        format!("POST /in HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        // One whose headers are enough to refuse it may hang up before it has the body.
        let _ = stream.write_all(body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    };
    let answer = soon(exchange).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    if status >= 400 && status != 500 {
        assert!(head.contains("application/problem+json"), "{head}");
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["status"], status);
    }
    (status, body.to_owned())
}

#[tokio::test]
async fn what_is_signed_is_taken_and_what_is_not_is_not() {
    let (address, handled) = open(Receiver::without_inbox(secret()).body_limit(1_000)).await;
    let body = event().to_json();
    let good = headers("evt-1", now(), &body, secret());
    let without = |name: &str| good.iter().filter(|(key, _)| key != name).cloned().collect::<Vec<_>>();
    let with = |name: &str, value: &str| {
        let mut headers = without(name);
        headers.push((name.to_owned(), value.to_owned()));
        headers
    };
    let at = |time| headers("evt-1", time, &body, secret());
    let large = vec![b' '; 1_001];
    for (headers, body, status, why) in [
        (good.clone(), &body[..], 201, ""),
        (good.clone(), b"{}", 403, "the signature is wrong"),
        (with("webhook-id", "evt-2"), &body, 403, "the signature is wrong"),
        (headers("evt-1", now(), &body, Secret::generate()), &body, 403, "the signature is wrong"),
        (at(now() - 2 * TOLERANCE), &body, 403, "the message is too old"),
        (at(now() + 2 * TOLERANCE), &body, 403, "the message is from the future"),
        (without("webhook-id"), &body, 400, "the header webhook-id is missing"),
        (without("webhook-signature"), &body, 400, "the header webhook-signature is missing"),
        (with("webhook-timestamp", "now"), &body, 400, "the header webhook-timestamp cannot be read"),
        (headers("evt-1", now(), &large, secret()), &large, 413, "the message is too large"),
        (headers("evt-1", now(), b"{}", secret()), b"{}", 422, "is missing"),
        (
            with("content-type", "application/cloudevents-batch+json"),
            &body,
            415,
            "application/cloudevents+json only",
        ),
        (with("content-type", "application/json"), &body, 415, "application/cloudevents+json only"),
        (without("content-type"), &body, 415, "application/cloudevents+json only"),
    ] {
        let (found, answer) = call(address, &headers, body).await;
        assert_eq!(found, status, "{answer}");
        assert!(answer.contains(why), "{answer}");
    }
    assert_eq!(*handled.events.lock().unwrap(), [event()]);
}

#[tokio::test]
async fn what_was_handled_is_not_handled_again() {
    let (address, handled) = open(Receiver::at_least_once(name(), MemoryStore::new(), secret())).await;
    let body = event().to_json();
    let headers = headers("evt-1", now(), &body, secret());
    handled.fails.store(true, Relaxed);
    assert_eq!(call(address, &headers, &body).await.0, 500);
    handled.fails.store(false, Relaxed);
    assert_eq!(call(address, &headers, &body).await.0, 201, "what has failed is tried again");
    for _ in 0..2 {
        assert_eq!(call(address, &headers, &body).await, (204, String::new()));
    }
    assert_eq!(handled.events.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn at_most_once_it_is_handed_out_once() {
    let store = MemoryStore::new();
    let (address, handled) = open(Receiver::at_most_once(name(), store.clone(), secret())).await;
    let body = event().to_json();
    let signed = |body: &Bytes| headers("evt-1", now(), body, secret());
    assert_eq!(call(address, &signed(&body), b"{}").await.0, 403);
    assert_eq!(
        store.received(&name(), &["evt-1".parse().unwrap()]).await.unwrap(),
        [None],
        "not a forged one"
    );
    handled.fails.store(true, Relaxed);
    assert_eq!(call(address, &signed(&body), &body).await.0, 500);
    handled.fails.store(false, Relaxed);
    assert_eq!(call(address, &signed(&body), &body).await.0, 204);
    assert!(handled.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn with_either_secret_while_one_replaces_the_other() {
    let new = Secret::generate();
    let both = Secrets::from(secret()).and(new.clone());
    let (address, _) = open(Receiver::without_inbox(both)).await;
    let body = event().to_json();
    for (secret, status) in [(secret(), 201), (new, 201), (Secret::generate(), 403)] {
        assert_eq!(call(address, &headers("evt-1", now(), &body, secret), &body).await.0, status);
    }
}

#[tokio::test]
async fn what_a_webhook_sends_a_receiver_takes() {
    let receiver = || Receiver::at_least_once(name(), MemoryStore::new(), secret());
    let (structured, structured_handled) = open(receiver()).await;
    let (binary, binary_handled) = open(receiver().allow_binary()).await;
    let endpoint = |address| Endpoint::new(format!("http://{address}/in"), secret()).unwrap().allow_private();
    for (endpoint, handled) in
        [(endpoint(structured), structured_handled), (endpoint(binary).binary(), binary_handled)]
    {
        let webhook = Webhook::new(endpoint).unwrap();
        for _ in 0..2 {
            let message = Outgoing::new("pay.1.done".parse().unwrap(), "pay-1", event());
            soon(webhook.publish(vec![message])).await.pop().unwrap().unwrap();
        }
        assert_eq!(*handled.events.lock().unwrap(), [event()]);
        let statuses = webhook.deliveries().into_iter().map(|delivery| delivery.status.unwrap());
        assert!(statuses.eq([201, 204]));
    }
    // Nobody has signed the attributes of a message in binary mode.
    let (headers, content_type, _) = event().to_binary(Binding::Http);
    assert!(headers.iter().any(|(name, _)| name == "ce-type") && content_type.is_some());
    let webhook = Webhook::new(endpoint(structured).binary()).unwrap();
    let mut other = event();
    "evt-2".clone_into(&mut other.id);
    let message = Outgoing::new("pay.1.done".parse().unwrap(), "pay-1", other);
    let result = soon(webhook.publish(vec![message])).await.pop().unwrap();
    assert!(result.unwrap_err().is_refused());
    assert_eq!(webhook.deliveries()[0].status, Some(415));
}
