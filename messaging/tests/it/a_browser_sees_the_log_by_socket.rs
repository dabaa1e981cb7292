use crate::{
    given::{append, event, soon},
    live::{everything, serve, serve_router},
};
use axum::{
    extract::Request,
    middleware::{self, Next},
};
use factum::{EventType, NewEvent};
use factum_messaging::browser::LiveLog;
use factum_store_memory::MemoryStore;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    net::TcpStream,
    sync::{Barrier, mpsc},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest as _,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, &[]).await.unwrap()
    }

    async fn open_with(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/events/socket").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(address).await.unwrap();
        soon(client_async(request, stream)).await.map(|(socket, _)| Self(socket))
    }

    async fn say(&mut self, said: &Value) {
        soon(self.0.send(Message::text(said.to_string()))).await.unwrap();
    }

    async fn message(&mut self) -> Option<Message> {
        soon(self.0.next()).await.map(Result::unwrap)
    }

    /// The next thing it is told.
    async fn told(&mut self) -> Value {
        loop {
            match self.message().await.unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn ask(&mut self, said: &Value) -> Value {
        self.say(said).await;
        self.told().await
    }

    async fn position(&mut self) -> u64 {
        loop {
            let told = self.told().await;
            if let Some(position) = told["position"].as_u64() {
                return position;
            }
            assert!(told["reached"].is_u64(), "{told}");
        }
    }
}

#[tokio::test]
async fn by_topic_and_in_order_as_cloud_events() {
    let store = MemoryStore::new();
    append(&store, [event("order-7", "Placed", "{}"), event("order-7", "Paid", r#"{"amount":3}"#)]).await;
    let mut client = Client::open(serve(&everything(store.clone())).await).await;
    let subscribed = client.ask(&json!({ "subscribe": ["order.*.Paid", "invoice.#"], "after": 0 })).await;
    assert_eq!(subscribed, json!({ "subscribed": 0 }));
    let paid = client.told().await;
    assert_eq!((&paid["position"], &paid["topic"]), (&json!(2), &json!("order.7.Paid")));
    assert_eq!(paid["event"]["data"], json!({ "amount": 3 }));
    assert_eq!(paid["event"]["type"], "Paid");
    append(&store, [event("other-1", "Sent", "{}"), event("invoice-1", "Sent", "{}")]).await;
    assert_eq!(client.position().await, 4);

    assert_eq!(client.ask(&json!({ "unsubscribe": true })).await, json!({ "unsubscribed": 4 }));
    append(&store, [event("invoice-1", "Paid", "{}"), event("invoice-1", "Closed", "{}")]).await;
    // From now on, which is after what came while it did not look.
    assert_eq!(client.ask(&json!({ "subscribe": ["invoice.#"] })).await, json!({ "subscribed": 6 }));
    append(&store, [event("invoice-2", "Sent", "{}")]).await;
    assert_eq!(client.position().await, 7);
    // Another one takes its place.
    assert_eq!(
        client.ask(&json!({ "subscribe": ["order.#"], "after": 1 })).await,
        json!({ "subscribed": 1 })
    );
    assert_eq!(client.position().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_the_connection_is() {
    let store = MemoryStore::new();
    let address = serve(&everything(store.clone())).await;
    let both = Arc::new(Barrier::new(2));
    let (writing, begun) = (store.clone(), Arc::clone(&both));
    let writer = tokio::spawn(async move {
        begun.wait().await;
        for _ in 0..400 {
            append(&writing, [event("order-7", "Paid", "{}"), event("other-1", "Paid", "{}")]).await;
            append(&writing, [event("order-8", "Paid", "{}")]).await;
        }
    });
    both.wait().await;
    let (mut seen, mut connection) = (Vec::new(), 0);
    while seen.last() != Some(&1_200) {
        let after = seen.last().copied().unwrap_or(0);
        let mut client = Client::open(address).await;
        client.say(&json!({ "subscribe": ["order.#"], "after": after })).await;
        assert_eq!(client.told().await, json!({ "subscribed": after }));
        connection += 1;
        for _ in 0..connection * 7 % 31 {
            seen.push(client.position().await);
            if seen.last() == Some(&1_200) {
                break;
            }
        }
    }
    writer.await.unwrap();
    assert_eq!(seen, (1..=1_200).filter(|position| position % 3 != 2).collect::<Vec<u64>>());
}

#[tokio::test]
async fn what_makes_no_sense_changes_nothing() {
    let store = MemoryStore::new();
    let mut client = Client::open(serve(&everything(store.clone())).await).await;
    client.ask(&json!({ "subscribe": ["order.#"] })).await;
    for said in [
        json!({ "subscribe": [] }),
        json!({ "subscribe": ["a..b"] }),
        json!({ "subscribe": ["order.*"] }),
        json!({ "subscribe": ["#"], "after": 1 }),
        json!({ "subscribe": ["#"], "after": -1 }),
        json!({ "subscribe": "#" }),
        json!({ "subscribe": ["#"], "unsubscribe": true }),
        json!({ "unsubscribe": true, "after": 0 }),
        json!({ "subscribe": ["#"], "other": 1 }),
        json!({ "after": 0 }),
        json!({}),
        json!([]),
        json!("subscribe"),
    ] {
        let told = client.ask(&said).await;
        assert!(told["error"].as_str().is_some_and(|why| !why.is_empty()), "{said}: {told}");
    }
    client.0.send(Message::binary("{}")).await.unwrap();
    assert_eq!(client.told().await, json!({ "error": "say it as text" }));
    append(&store, [event("order-7", "Placed", "{}")]).await;
    assert_eq!(client.position().await, 1);
    assert_eq!(client.ask(&json!({ "unsubscribe": true })).await, json!({ "unsubscribed": 1 }));
    assert!(client.ask(&json!({ "unsubscribe": 1 })).await["error"].is_string());
}

#[tokio::test]
async fn one_that_is_silent_hears_that_the_server_is_there() {
    let store = MemoryStore::new();
    let address = serve(&everything(store.clone()).heartbeat(Duration::from_millis(1))).await;
    let mut client = Client::open(address).await;
    assert!(matches!(client.message().await, Some(Message::Ping(_))));
    append(&store, (0..300).map(|_| event("other-1", "Paid", "{}"))).await;
    client.say(&json!({ "subscribe": ["order.#"], "after": 0 })).await;
    soon(async { while client.told().await != json!({ "reached": 300 }) {} }).await;
}

#[tokio::test]
async fn only_what_the_application_allows_and_not_in_the_name_of_others() {
    let store = MemoryStore::new();
    let log = LiveLog::new(store.clone(), "/shop", |request, event| {
        request.headers.get("x-customer").is_some_and(|name| name == event.stream.key())
    });
    let address = serve(&log.allow_origin("https://shop.example")).await;
    append(&store, ["ada", "bob", "ada"].map(|key| event(&format!("order-{key}"), "Placed", "{}"))).await;
    let own = format!("http://{address}");
    for origin in ["https://shop.example", &own] {
        let mut ada = Client::open_with(address, &[("x-customer", "ada"), ("origin", origin)]).await.unwrap();
        ada.ask(&json!({ "subscribe": ["#"], "after": 0 })).await;
        assert_eq!([ada.position().await, ada.position().await], [1, 3]);
    }
    let refused =
        Client::open_with(address, &[("x-customer", "ada"), ("origin", "https://evil.example")]).await;
    match refused.err().unwrap() {
        Error::Http(response) => assert_eq!(response.status(), 403),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_who_says_goodbye_is_answered() {
    let mut client = Client::open(serve(&everything(MemoryStore::new())).await).await;
    client.ask(&json!({ "subscribe": ["#"] })).await;
    soon(client.0.close(None)).await.unwrap();
    assert!(matches!(client.message().await, Some(Message::Close(None))));
    assert!(client.message().await.is_none());
}

#[tokio::test]
async fn it_ends_with_the_server() {
    let log = everything(MemoryStore::new());
    let address = serve(&log).await;
    let (mut idle, mut subscribed) = (Client::open(address).await, Client::open(address).await);
    subscribed.ask(&json!({ "subscribe": ["#"] })).await;
    log.shutdown();
    for client in [&mut idle, &mut subscribed] {
        let Some(Message::Close(Some(CloseFrame { code, .. }))) = client.message().await else { panic!() };
        assert_eq!(code, CloseCode::Away);
    }
    match Client::open_with(address, &[]).await.err().unwrap() {
        Error::Http(response) => assert_eq!(response.status(), 503),
        other => panic!("{other:?}"),
    }
}

/// Of four kilobytes.
fn large(number: usize) -> NewEvent {
    let payload = format!(r#"{{"number":{number},"filling":"{}"}}"#, "x".repeat(4_096));
    NewEvent::new("order-7".parse().unwrap(), EventType::new("Placed").unwrap(), payload)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_does_not_read_holds_up_nobody_and_costs_little() {
    const EVENTS: usize = 10_000;
    let store = MemoryStore::new();
    for chunk in 0..EVENTS / 100 {
        append(&store, (0..100).map(|number| large(chunk * 100 + number))).await;
    }
    let stuck = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&stuck);
    let log = LiveLog::new(store, "/shop", move |request, _| {
        if request.headers.contains_key("x-stuck") {
            counted.fetch_add(1, Relaxed);
        }
        true
    });
    let address = serve(&log).await;
    let mut unread = Client::open_with(address, &[("x-stuck", "1")]).await.unwrap();
    unread.ask(&json!({ "subscribe": ["#"], "after": 0 })).await;
    let mut reader = Client::open(address).await;
    reader.ask(&json!({ "subscribe": ["#"], "after": 0 })).await;
    for position in 1..=EVENTS as u64 {
        assert_eq!(reader.position().await, position);
    }
    let stuck = stuck.load(Relaxed);
    assert!((1..EVENTS / 2).contains(&stuck), "{stuck}");
}

/// Tells when it is dropped.
struct Held(mpsc::UnboundedSender<()>);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn one_who_does_not_read_is_given_up() {
    const EVENTS: usize = 10_000;
    let store = MemoryStore::new();
    for _ in 0..EVENTS / 100 {
        append(&store, (0..100).map(large)).await;
    }
    let log = everything(store).patience(Duration::from_millis(50));
    // The parts of a request are kept for as long as somebody looks on.
    let (dropped, mut ended) = mpsc::unbounded_channel();
    let hold = middleware::from_fn(move |mut request: Request, next: Next| {
        request.extensions_mut().insert(Arc::new(Held(dropped.clone())));
        next.run(request)
    });
    let address = serve_router(log.router().layer(hold)).await;
    let mut unread = Client::open(address).await;
    unread.ask(&json!({ "subscribe": ["#"], "after": 0 })).await;
    soon(ended.recv()).await.unwrap();
    let mut read = 0;
    while let Some(Ok(_)) = soon(unread.0.next()).await {
        read += 1;
    }
    assert!(read < EVENTS, "{read}");
}
