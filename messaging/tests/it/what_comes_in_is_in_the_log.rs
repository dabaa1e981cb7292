use crate::{
    given::soon,
    orders::{OrdersOut, Paid, Placed, append, listen, paid, placed},
};
use factum::{App, EventReader as _, NewEvent, Query, RecordedEvent, Tag, store::ReadLog};
use factum_macros::Projection;
use factum_messaging::{ConsumeExt as _, LocalBroker, Transport as _, into_log, relay, transport::Outgoing};
use factum_projections::AppBuilderExt as _;
use factum_store_memory::MemoryStore;

#[derive(Projection)]
#[projection(name = "orders_in", events(Placed, Paid))]
struct OrdersIn;

async fn log(store: &MemoryStore) -> Vec<RecordedEvent> {
    store.read_log(ReadLog::new(Query::all())).await.unwrap().events
}

/// All that is the same in both logs.
fn said(event: &RecordedEvent) -> impl PartialEq + std::fmt::Debug + use<> {
    let RecordedEvent { id, stream, event_type, type_version, tags, payload, metadata, time, .. } =
        event.clone();
    (id, stream, (event_type, type_version), tags, payload, metadata, time)
}

/// Waits until the log has so many events.
async fn has(store: &MemoryStore, events: u64) {
    let mut more = store.watch();
    let there = async {
        while store.head().await.unwrap().get() < events {
            more.changed().await;
        }
    };
    soon(there).await;
}

fn detailed() -> NewEvent {
    let mut event = paid("2", 7).with_tags([Tag::of("customer", "ada").unwrap()]);
    event.metadata.actor = Some("clerk-7".to_owned());
    event
}

async fn takes(store: &MemoryStore, broker: &LocalBroker) -> App {
    App::builder(store.clone()).consume(into_log(OrdersIn, broker.clone())).build().await.unwrap()
}

#[tokio::test]
async fn once_as_it_was_and_in_order_however_often_it_comes() {
    let (there, here, broker) = (MemoryStore::new(), MemoryStore::new(), LocalBroker::new());
    let mut copies = listen(&broker, "copies").await;
    let app = takes(&here, &broker).await;
    let publishes = App::builder(there.clone()).run(relay(OrdersOut, broker.clone())).build().await.unwrap();
    append(&there, (1..=300).map(|n| placed("1", n))).await;
    append(&there, [detailed()]).await;
    has(&here, 301).await;

    let mut all = Vec::new();
    for _ in 0..301 {
        let message = soon(copies.next()).await.unwrap().unwrap();
        let key = message.event.subject.clone().unwrap();
        all.push(Outgoing::new(message.topic.clone(), key, message.event.clone()));
        message.ack().await.unwrap();
    }
    broker.publish(all.iter().rev().chain(&all).cloned().collect()).await;
    append(&there, [paid("1", 1)]).await;
    has(&here, 302).await;
    // What follows of these has to come after all of them.
    append(&there, [paid("2", 1)]).await;
    has(&here, 303).await;

    let (there, here) = (log(&there).await, log(&here).await);
    for order in ["order-1", "order-2"] {
        let of = |log: &[RecordedEvent]| -> Vec<_> {
            log.iter().filter(|event| event.stream.as_str() == order).map(said).collect()
        };
        assert!(of(&here) == of(&there), "{:?}", of(&here));
    }
    assert_eq!(here.len(), 303);
    soon(app.shutdown()).await;
    soon(publishes.shutdown()).await;
}

/// Whoever publishes first makes the other one known.
#[tokio::test]
async fn also_what_was_published_before_anybody_listened() {
    let (there, here, broker) = (MemoryStore::new(), MemoryStore::new(), LocalBroker::new());
    into_log(OrdersIn, broker.clone()).prepare().await.unwrap();
    let publishes = App::builder(there.clone()).run(relay(OrdersOut, broker.clone())).build().await.unwrap();
    append(&there, [placed("1", 1)]).await;
    let mut listener = listen(&broker, "other").await;
    append(&there, [placed("1", 2)]).await;
    assert!(soon(listener.next()).await.unwrap().is_ok(), "both are published");
    let app = takes(&here, &broker).await;
    has(&here, 2).await;
    soon(app.shutdown()).await;
    soon(publishes.shutdown()).await;
}
