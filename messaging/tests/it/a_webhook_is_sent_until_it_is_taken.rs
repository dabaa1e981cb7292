use crate::{
    given::soon,
    orders::{OrdersOut, append, placed},
    site::{Call, Site, secret},
};
use axum::http::{HeaderMap, StatusCode};
use factum::{
    App, ConsumerName, EventId, Position, QuarantineStore as _,
    quarantine::{ListParked, Request},
    store::EventReader as _,
};
use factum_messaging::{
    CloudEvent, Transport,
    cloud_event::Binding,
    relay,
    transport::{Outgoing, PublishError},
    webhook::{Circuit, Secret, Secrets, TOLERANCE, Webhook},
};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_store_memory::MemoryStore;
use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

fn position(position: u64) -> Position {
    Position::new(position)
}

fn message(number: u64) -> Outgoing {
    message_under("order.7.Placed", number)
}

/// In order with itself alone.
fn message_under(topic: &str, number: u64) -> Outgoing {
    let event = CloudEvent::new(number.to_string(), "/test", "order.placed").unwrap();
    let event = event.with_subject("order-7").unwrap().with_data(format!(r#"{{"number":{number}}}"#));
    Outgoing::new(topic.parse().unwrap(), number.to_string(), event)
}

async fn send(webhook: &Webhook, number: u64) -> Result<(), PublishError> {
    soon(webhook.publish(vec![message(number)])).await.pop().unwrap()
}

fn is_unavailable(result: &Result<(), PublishError>) -> bool {
    matches!(result, Err(PublishError::Unavailable(_)))
}

/// Of each order, the numbers in the order in which they were taken for the first time.
fn first(calls: impl IntoIterator<Item = Call>) -> BTreeMap<String, Vec<u64>> {
    let (mut seen, mut orders) = (HashSet::new(), BTreeMap::<_, Vec<u64>>::new());
    for (order, number) in calls.into_iter().map(|call| call.order()) {
        if seen.insert((order.clone(), number)) {
            orders.entry(order).or_default().push(number);
        }
    }
    orders
}

#[tokio::test]
async fn in_order_also_when_some_are_not_taken_at_first() {
    let store = MemoryStore::new();
    for number in 1..=10 {
        append(&store, (1..=8).map(|order| placed(&order.to_string(), number))).await;
    }
    let tried = AtomicU64::new(0);
    let (taken, tried) = (Arc::new(Mutex::new(Vec::new())), Arc::new(tried));
    let kept = Arc::clone(&taken);
    let site = Site::open(move |call| {
        // A message that is taken, and whose answer is lost, comes again.
        let nth = tried.fetch_add(1, Relaxed);
        if nth % 20 != 7 {
            kept.lock().unwrap().push(call.clone());
        }
        if matches!(nth % 20, 7 | 15) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    })
    .await;
    let webhook = Webhook::new(site.endpoint()).unwrap();
    let app = App::builder(store.clone()).run(relay(OrdersOut, webhook).partitions(3)).build().await.unwrap();
    soon(app.caught_up()).await.unwrap();
    soon(app.shutdown()).await;

    let orders = first(taken.lock().unwrap().clone());
    assert_eq!(orders.len(), 8);
    for (order, numbers) in orders {
        assert!(numbers.iter().copied().eq(1..=10), "{order}: {numbers:?}");
    }
}

#[tokio::test]
async fn but_not_if_the_endpoint_does_not_want_it_while_the_others_are() {
    let store = MemoryStore::new();
    let wants_it = Arc::new(AtomicBool::new(false));
    let now_wants_it = Arc::clone(&wants_it);
    let site = Site::open(move |call| match call.order().0.as_str() {
        "order-2" if !wants_it.load(Relaxed) => StatusCode::GONE,
        _ => StatusCode::OK,
    })
    .await;
    let webhook = Webhook::new(site.endpoint()).unwrap();
    let orders = [("1", 1), ("2", 1), ("3", 1), ("2", 2), ("1", 2), ("3", 2)];
    append(&store, orders.map(|(order, n)| placed(order, n))).await;
    let app = App::builder(store.clone()).run(relay(OrdersOut, webhook.clone())).build().await.unwrap();
    soon(app.caught_up()).await.unwrap();

    let consumer = ConsumerName::new("orders_out_v1").unwrap();
    let parked = store.parked(ListParked::new(consumer.clone(), store.log_id())).await.unwrap();
    assert!(parked.iter().map(|parked| parked.position.get()).eq([2, 4]));
    let mut taken = first(site.calls());
    assert_eq!(taken.remove("order-2"), Some(vec![1]), "tried, and not the one after it");
    assert!(taken.into_values().all(|numbers| numbers == [1, 2]));
    assert!(matches!(webhook.circuit(), Circuit::Closed { .. }), "the endpoint is there");

    now_wants_it.store(true, Relaxed);
    store.request(&consumer, store.log_id(), None, None, Request::Retry).await.unwrap();
    soon(async {
        while first(site.calls())["order-2"] != [1, 2] {
            tokio::task::yield_now().await;
        }
    })
    .await;
    soon(app.shutdown()).await;
}

#[tokio::test]
async fn the_circuit_opens_and_closes() {
    let status = Arc::new(AtomicU16::new(500));
    let now = Arc::clone(&status);
    let site = Site::open(move |_| StatusCode::from_u16(status.load(Relaxed)).unwrap()).await;
    let second = Duration::from_secs(1);
    let webhook = Webhook::new(site.endpoint().failures(3).pauses(second, 60 * second)).unwrap();
    for tried in 1..=3 {
        assert!(is_unavailable(&send(&webhook, tried).await));
    }
    assert!(matches!(webhook.circuit(), Circuit::Open { .. }));
    // Only time that is told to passes from here on.
    let later = async |seconds| {
        tokio::time::pause();
        tokio::time::advance(seconds * second).await;
        tokio::time::resume();
    };
    assert!(is_unavailable(&send(&webhook, 4).await));
    assert_eq!(site.calls().len(), 3, "nothing was sent");

    later(1).await;
    assert!(is_unavailable(&send(&webhook, 4).await));
    assert_eq!(site.calls().len(), 4, "one is let through");
    assert!(is_unavailable(&send(&webhook, 4).await));
    assert_eq!(site.calls().len(), 4, "and only one");

    now.store(202, Relaxed);
    later(2).await;
    let many = (4..=9).map(message).collect();
    let results = soon(webhook.publish(many)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert!(matches!(webhook.circuit(), Circuit::Closed { failures: 0, .. }));
    let statuses = webhook.deliveries().into_iter().map(|delivery| delivery.status.unwrap());
    assert!(statuses.eq([500, 500, 500, 500, 202, 202, 202, 202, 202, 202]));
}

#[tokio::test]
async fn a_pause_that_the_endpoint_asks_for_is_kept() {
    let site = Site::open(|_| (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "30")])).await;
    let webhook = Webhook::new(site.endpoint()).unwrap();
    assert!(is_unavailable(&send(&webhook, 1).await));
    let Circuit::Open { left, .. } = webhook.circuit() else { panic!() };
    assert!(left > Duration::from_secs(20), "{left:?}");
    assert!(is_unavailable(&send(&webhook, 1).await));
    assert_eq!(site.calls().len(), 1);
}

#[tokio::test]
async fn what_was_sent_is_sent_again_on_demand() {
    let store = MemoryStore::new();
    append(&store, (1..=250).map(|number| placed("1", number))).await;
    append(&store, [placed("2", 1)]).await;
    let broken_at = Arc::new(AtomicU64::new(0));
    let breaks_at = Arc::clone(&broken_at);
    let site = Site::open(move |call| match call.order() {
        (order, number) if order == "order-1" && number == broken_at.load(Relaxed) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    })
    .await;
    let webhook = Webhook::new(site.endpoint()).unwrap();
    let numbers = || site.calls().iter().map(|call| call.order().1).collect::<Vec<_>>();

    let replay = |from, to| webhook.replay(&store, position(from)..=position(to), &OrdersOut);
    assert_eq!(soon(replay(7, 7)).await.unwrap(), position(7));
    assert_eq!(numbers(), [7]);
    let one = site.calls().remove(0);
    assert_eq!(one.event().id, id_at(&store, 7).await.to_string());

    breaks_at.store(120, Relaxed);
    let stopped = soon(replay(10, 240)).await.unwrap_err();
    assert_eq!(stopped.reached(), position(119));
    breaks_at.store(0, Relaxed);
    assert_eq!(soon(replay(stopped.reached().get() + 1, 240)).await.unwrap(), position(240));
    assert_eq!(numbers()[1..], (10..=120).chain(120..=240).collect::<Vec<_>>());

    assert_eq!(soon(replay(251, 900)).await.unwrap(), position(251), "the end of the log");
    assert_eq!(webhook.deliveries().len(), 100, "of the last ones only");
}

async fn id_at(store: &MemoryStore, at: u64) -> EventId {
    use factum::{Query, store::ReadLog};
    let read = ReadLog::new(Query::all()).after(position(at - 1)).limit(1);
    store.read_log(read).await.unwrap().events[0].id
}

#[tokio::test]
async fn under_the_topics_that_the_endpoint_has_asked_for() {
    let site = Site::taking().await;
    let endpoint = site.endpoint().topic("order.*.Paid".parse().unwrap()).topic("bill.#".parse().unwrap());
    let webhook = Webhook::new(endpoint).unwrap();
    let topics = ["order.1.Placed", "order.1.Paid", "bill.2.Sent", "ship.3.Sent"];
    let messages = topics.map(|topic| message_under(topic, 1)).to_vec();
    assert!(soon(webhook.publish(messages)).await.iter().all(Result::is_ok));
    let sent: Vec<_> = webhook.deliveries().into_iter().map(|delivery| delivery.topic.to_string()).collect();
    assert_eq!(sent, ["order.1.Paid", "bill.2.Sent"]);
    assert_eq!(site.calls().len(), 2);
}

#[tokio::test]
async fn signed_with_both_secrets_while_one_replaces_the_other() {
    let site = Site::taking().await;
    let new = Secret::generate();
    let endpoint = site.endpoint().also_signed_with(new.clone()).header("authorization", "Bearer 7").unwrap();
    send(&Webhook::new(endpoint).unwrap(), 1).await.unwrap();
    let [call] = &site.calls()[..] else { panic!() };
    for secret in [secret(), new] {
        verify(&call.headers, &call.body, secret).unwrap();
    }
    assert!(verify(&call.headers, &call.body, Secret::generate()).is_err());
    assert_eq!(call.header("authorization"), "Bearer 7");
    assert_eq!(call.header("content-type"), "application/cloudevents+json");
    assert!(call.header("user-agent").starts_with("factum/"));
}

fn verify(
    headers: &HeaderMap,
    body: &[u8],
    secret: Secret,
) -> Result<String, factum_messaging::webhook::VerifyError> {
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let verified = Secrets::from(secret).verify(headers, body, factum::store::now(), TOLERANCE);
    verified.map(|verified| verified.id)
}

#[tokio::test]
async fn with_attributes_as_headers_if_asked_for() {
    let site = Site::taking().await;
    let webhook = Webhook::new(site.endpoint().binary()).unwrap();
    let mut event = message(1);
    event.event = event.event.with_content_type("application/json").unwrap().with_subject("Ä").unwrap();
    soon(webhook.publish(vec![event.clone()])).await.pop().unwrap().unwrap();
    let [call] = &site.calls()[..] else { panic!() };
    assert_eq!(verify(&call.headers, &call.body, secret()).as_deref(), Ok("1"));
    let headers = call.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let content_type = Some(call.header("content-type"));
    let read = CloudEvent::from_message(Binding::Http, content_type, headers, call.body.clone()).unwrap();
    assert_eq!(read, event.event);
}

#[tokio::test]
async fn not_if_its_id_cannot_be_signed() {
    let site = Site::taking().await;
    let webhook = Webhook::new(site.endpoint()).unwrap();
    for id in ["a.b", "ä", "with space"] {
        let mut message = message(1);
        id.clone_into(&mut message.event.id);
        let result = soon(webhook.publish(vec![message])).await.pop().unwrap();
        assert!(result.unwrap_err().is_refused(), "{id}");
    }
    assert!(site.calls().is_empty());
}
