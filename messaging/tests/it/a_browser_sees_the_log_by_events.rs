use crate::{
    given::{append, event, soon},
    live::{Source, ask, everything, serve},
};
use axum::Router;
use factum::{EventType, NewEvent, StoreError};
use factum_messaging::browser::LiveLog;
use factum_store_memory::MemoryStore;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpSocket},
    sync::Barrier,
};

#[tokio::test]
async fn by_topic_and_in_order_as_cloud_events() {
    let store = MemoryStore::new();
    let address = serve(&everything(store.clone())).await;
    let mut source = Source::open(address, "topics=order.*.Paid,invoice.%23&topics=a.b.%23&token=x").await;
    assert_eq!(source.last_id, "0");
    // JSON over several lines, which is one value all the same.
    let pretty = event("order-7", "Paid", "{\n \"amount\":\r\n3 }");
    append(&store, [event("order-7", "Placed", "{}"), pretty]).await;
    append(&store, [event("invoice-1", "Sent", "{}"), event("other-1", "Paid", "{}")]).await;

    let paid = source.next().await.unwrap();
    assert_eq!(
        (paid.id.as_str(), &paid.data["type"], &paid.data["source"]),
        ("2", &"Paid".into(), &"/shop".into())
    );
    assert_eq!(paid.data["subject"], "order-7");
    assert_eq!(paid.data["data"], serde_json::json!({ "amount": 3 }));
    assert_eq!(source.next().await.unwrap().id, "3");
}

/// Goes on after what it has seen, again and again, while events are appended.
async fn seen_with_interruptions(
    address: std::net::SocketAddr,
    until: u64,
    mut each: impl FnMut(usize) -> usize,
    in_url: bool,
) -> Vec<u64> {
    let (mut seen, mut after, mut connection) = (Vec::new(), "0".to_owned(), 0);
    loop {
        let mut source = match in_url {
            true => Source::open(address, &format!("topics=order.%23&after={after}")).await,
            // The URL is that of the first time; the header counts.
            false => {
                let header = format!("last-event-id: {after}\r\n");
                Source::open_with(address, "topics=order.%23&after=0", &header).await
            }
        };
        assert_eq!(source.last_id, after);
        connection += 1;
        for _ in 0..each(connection) {
            let got = source.next().await.unwrap();
            seen.push(got.id.parse().unwrap());
            if seen.last() == Some(&until) {
                return seen;
            }
        }
        after = source.last_id.clone();
    }
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
    // Events of others are at positions 2, 5, 8…
    let expected: Vec<u64> = (1..=1_200).filter(|position| position % 3 != 2).collect();
    let (by_header, by_url) = tokio::join!(
        seen_with_interruptions(address, 1_200, |connection| connection * 7 % 31, false),
        seen_with_interruptions(address, 1_200, |connection| connection * 13 % 17, true),
    );
    writer.await.unwrap();
    assert_eq!(by_header, expected);
    assert_eq!(by_url, expected);
}

#[tokio::test]
async fn also_before_there_was_an_event() {
    let store = MemoryStore::new();
    append(&store, [event("order-7", "Placed", "{}")]).await;
    let address = serve(&everything(store.clone())).await;
    let source = Source::open(address, "topics=order.%23").await;
    assert_eq!(source.last_id, "1");
    let last = source.last_id.clone();
    drop(source);
    append(&store, [event("order-7", "Paid", "{}")]).await;
    let header = format!("last-event-id: {last}\r\n");
    assert_eq!(Source::open_with(address, "topics=order.%23", &header).await.next().await.unwrap().id, "2");
}

#[tokio::test]
async fn a_heartbeat_says_how_far_it_is() {
    let store = MemoryStore::new();
    let address = serve(&everything(store.clone()).heartbeat(Duration::from_millis(1))).await;
    let mut source = Source::open(address, "topics=order.%23&after=0").await;
    append(&store, (0..300).map(|_| event("other-1", "Paid", "{}"))).await;
    soon(async {
        while source.last_id != "300" {
            assert!(source.block().await.unwrap().is_none(), "there is no event for it");
        }
    })
    .await;
}

#[tokio::test]
async fn only_what_the_application_allows() {
    let store = MemoryStore::new();
    let log = LiveLog::new(store.clone(), "/shop", |request, event| {
        let owner = request.headers.get("x-customer").and_then(|name| name.to_str().ok());
        owner.is_some_and(|owner| event.stream.key() == owner)
    });
    let address = serve(&log).await;
    let mut ada = Source::open_with(address, "topics=%23&after=0", "x-customer: ada\r\n").await;
    let mut bob = Source::open_with(address, "topics=%23&after=0", "x-customer: bob\r\n").await;
    let nobody = Source::open(address, "topics=%23&after=0").await;
    let orders = ["ada", "bob", "ada", "bob", "bob"];
    append(&store, orders.map(|key| event(&format!("order-{key}"), "Placed", "{}"))).await;
    for id in ["1", "3"] {
        assert_eq!(ada.next().await.unwrap().id, id);
    }
    for id in ["2", "4", "5"] {
        assert_eq!(bob.next().await.unwrap().id, id);
    }
    log.shutdown();
    assert!(!nobody.rest().await.contains("data"));
    assert!(ada.next().await.is_none());
}

#[tokio::test]
async fn not_what_makes_no_sense() {
    let store = MemoryStore::new();
    append(&store, [event("order-7", "Placed", "{}")]).await;
    let many = vec!["a.b.c"; 65].join(",");
    let log = everything(store);
    let address = serve(&log).await;
    for (query, headers, status, why) in [
        ("", "", 400, "1 to 64 topics"),
        ("topics=", "", 400, "1 to 64 topics"),
        (&*format!("topics={many}"), "", 400, "1 to 64 topics"),
        ("topics=a..b", "", 400, "topic"),
        // No event has a topic of two words.
        ("topics=order.*", "", 400, ""),
        ("topics=%23&after=x", "", 400, "is no position"),
        ("topics=%23&after=-1", "", 400, "is no position"),
        ("topics=%23", "last-event-id: x\r\n", 400, "is no position"),
        ("topics=%23&after=2", "", 409, "beyond the end of the log"),
    ] {
        let (found, source) = ask(address, query, headers).await;
        assert_eq!(found, status, "{query}");
        let problem = source.rest().await;
        assert!(problem.contains(why) && problem.contains(&format!("\"status\":{status}")), "{problem}");
    }
    log.shutdown();
    assert_eq!(ask(address, "topics=%23", "").await.0, 503);
}

#[tokio::test]
async fn a_server_that_stops_waits_for_nobody() {
    let log = everything(MemoryStore::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router: Router = log.router();
    let server = axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
    let server = tokio::spawn(server.into_future());
    let mut source = Source::open(address, "topics=%23").await;
    log.shutdown();
    drop(stop);
    assert!(source.next().await.is_none());
    soon(server).await.unwrap().unwrap();
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
    // How many events each has come to: those of the one who does not read wait somewhere.
    let (stuck, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = (Arc::clone(&stuck), Arc::clone(&others));
    let log = LiveLog::new(store, "/shop", move |request, _| {
        let count = if request.headers.contains_key("x-stuck") { &counted.0 } else { &counted.1 };
        count.fetch_add(1, Relaxed);
        true
    });
    let address = serve(&log).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut unread = socket.connect(address).await.unwrap();
    let request = "GET /events?topics=%23&after=0 HTTP/1.0\r\nhost: x\r\nx-stuck: 1\r\n\r\n";
    unread.write_all(request.as_bytes()).await.unwrap();
    unread.readable().await.unwrap();

    for _ in 0..2 {
        let mut source = Source::open(address, "topics=%23&after=0").await;
        for _ in 0..EVENTS {
            source.next().await.unwrap();
        }
    }
    assert_eq!(others.load(Relaxed), 2 * EVENTS);
    let stuck = stuck.load(Relaxed);
    assert!((1..EVENTS / 4).contains(&stuck), "{stuck}");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_for_a_while_is_read_again() {
    let store = crate::faulty::Faulty::new();
    let address = serve(&everything(store.clone())).await;
    let mut source = Source::open(address, "topics=%23&after=0").await;
    store.fail([StoreError::unavailable("reading the log", "as told")]);
    append(&store, [event("order-7", "Placed", "{}")]).await;
    assert_eq!(source.next().await.unwrap().id, "1");
    assert_eq!(store.faults_left(), 0);
}
