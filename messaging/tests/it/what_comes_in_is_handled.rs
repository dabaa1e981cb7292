use crate::{
    given::soon,
    orders::{OrdersOut, Paid, Placed, append, listen, paid, placed},
};
use async_trait::async_trait;
use factum::{
    App, Apply, ConsumerName, Recorded, View as _,
    projection::{Reaction, Reactor},
    sink::WorkError,
};
use factum_macros::Projection;
use factum_messaging::{
    ConsumeExt as _, LocalBroker, Transport as _, at_least_once, at_most_once, consumer::Consumer,
    effectively_once, relay, transport::Outgoing,
};
use factum_projections::AppBuilderExt as _;
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{Barrier, mpsc};

/// Tells what it is told, and fails where it is to.
#[derive(Clone, Projection)]
#[projection(name = "telling", events(Placed, Paid), derive(Clone, Debug, PartialEq))]
pub(crate) struct Telling {
    told: mpsc::UnboundedSender<(String, TellingEvent)>,
    fails: bool,
}

#[async_trait]
impl Reactor for Telling {
    async fn react(&self, event: &Recorded<TellingEvent>, reaction: &Reaction) -> Result<(), WorkError> {
        assert!(reaction.key().starts_with("telling:"));
        self.told.send((event.stream().to_string(), event.event.clone())).unwrap();
        if self.fails { Err("as told".into()) } else { Ok(()) }
    }
}

fn telling(fails: bool) -> (Telling, mpsc::UnboundedReceiver<(String, TellingEvent)>) {
    let (told, heard) = mpsc::unbounded_channel();
    (Telling { told, fails }, heard)
}

async fn publishes(store: &MemoryStore, broker: &LocalBroker) -> App {
    App::builder(store.clone()).run(relay(OrdersOut, broker.clone())).build().await.unwrap()
}

#[tokio::test]
async fn with_its_stream_and_its_type() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let (telling, mut heard) = telling(false);
    let consumes = App::builder(MemoryStore::new())
        .consume(at_least_once(telling, broker.clone()))
        .build()
        .await
        .unwrap();
    let publishes = publishes(&store, &broker).await;
    append(&store, [placed("1", 7), paid("1", 30)]).await;
    let expected = ("order-1".to_owned(), TellingEvent::Placed(Placed { number: 7 }));
    assert_eq!(soon(heard.recv()).await.unwrap(), expected);
    assert_eq!(soon(heard.recv()).await.unwrap().1, TellingEvent::Paid(Paid { amount: 30 }));
    soon(publishes.shutdown()).await;
    soon(consumes.shutdown()).await;
}

/// What was not acknowledged when the node ends comes again; what was does not.
#[tokio::test]
async fn at_least_once_is_acknowledged_after_and_at_most_once_before() {
    for (at_most, deliveries) in [(false, 3), (true, 1)] {
        let broker = LocalBroker::new();
        let (telling, mut heard) = telling(true);
        let app = App::builder(MemoryStore::new());
        let app = match at_most {
            false => app.consume(at_least_once(telling, broker.clone())),
            true => app.consume(at_most_once(telling, broker.clone())),
        };
        let app = app.build().await.unwrap();
        let store = MemoryStore::new();
        let publishes = publishes(&store, &broker).await;
        append(&store, [placed("1", 1)]).await;
        for _ in 0..deliveries {
            soon(heard.recv()).await.unwrap();
        }
        soon(app.shutdown()).await;
        if at_most {
            assert!(heard.try_recv().is_err(), "it was tried once");
        }
        soon(publishes.shutdown()).await;
    }
}

#[derive(Projection, Clone, Default, Serialize, Deserialize)]
#[projection(name = "sums", events(Paid), key = String)]
struct Sum {
    paid: u64,
}

impl Apply<Paid> for Sum {
    fn apply(&mut self, event: &Paid) {
        self.paid += event.amount;
    }
}

/// The whole log is published three times over; each time in a batch of its own, and all in one.
#[tokio::test]
async fn effectively_once_whatever_comes_again() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let mut copies = listen(&broker, "copies").await;
    let app = App::builder(MemoryStore::new())
        .consume(effectively_once(Sum::default(), broker.clone()).topics(["order.#".parse().unwrap()]))
        .build()
        .await
        .unwrap();
    let publishes = publishes(&store, &broker).await;
    append(&store, (1..=50).map(|n| paid("1", n))).await;
    let mut all = Vec::new();
    for _ in 0..50 {
        let message = soon(copies.next()).await.unwrap().unwrap();
        all.push(Outgoing::new(message.topic.clone(), "order-1", message.event.clone()));
        message.ack().await.unwrap();
    }
    for copy in &all {
        assert!(broker.publish(vec![copy.clone()]).await.pop().unwrap().is_ok());
    }
    broker.publish(all.iter().chain(&all).cloned().collect()).await;
    append(&store, [paid("2", 1)]).await;
    // Those of one key are handled in the order in which they come, and this one comes last.
    let is_through = || async { app.ask(Sum::get("2".to_owned())).await.unwrap().is_some() };
    soon(async {
        while !is_through().await {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(app.ask(Sum::get("1".to_owned())).await.unwrap().unwrap().paid, (1..=50).sum::<u64>());
    soon(app.shutdown()).await;
    soon(publishes.shutdown()).await;
}

#[tokio::test]
async fn by_another_node_when_one_ends() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let shared = MemoryStore::new();
    let node = |telling: Telling| {
        let consumer: Consumer<_> = at_least_once(telling, broker.clone());
        App::builder(shared.clone()).consume(consumer).build()
    };
    let ((one, mut heard), (other, mut heard_by_other)) = (telling(false), telling(false));
    let first = node(one).await.unwrap();
    let publishes = publishes(&store, &broker).await;
    append(&store, [placed("1", 1)]).await;
    soon(heard.recv()).await.unwrap();
    let second = node(other).await.unwrap();
    append(&store, [placed("1", 2)]).await;
    soon(heard.recv()).await.unwrap();
    soon(first.shutdown()).await;
    append(&store, [placed("1", 3)]).await;
    let (_, event) = soon(heard_by_other.recv()).await.unwrap();
    assert_eq!(event, TellingEvent::Placed(Placed { number: 3 }));
    assert!(heard_by_other.try_recv().is_err());
    soon(second.shutdown()).await;
    soon(publishes.shutdown()).await;
}

#[tokio::test]
async fn but_for_what_is_of_another_type_or_cannot_be_read() {
    let broker = LocalBroker::new();
    let (telling, mut heard) = telling(false);
    let app = App::builder(MemoryStore::new())
        .consume(at_least_once(telling, broker.clone()).topics(["#".parse().unwrap()]))
        .build()
        .await
        .unwrap();
    let event = |id: &str, of: &str, data: &'static str| {
        let event = factum_messaging::CloudEvent::new(id, "/elsewhere", of).unwrap();
        let event = event.with_subject("order-1").unwrap().with_content_type("application/json").unwrap();
        Outgoing::new("order.1.x".parse().unwrap(), "order-1", event.with_data(data))
    };
    broker.publish(vec![event("a", "Unknown", "{}"), event("b", "Placed", r#"{"number":5}"#)]).await;
    assert_eq!(soon(heard.recv()).await.unwrap().1, TellingEvent::Placed(Placed { number: 5 }));
    soon(app.shutdown()).await;
    assert!(broker.dead_letters(&ConsumerName::new("telling").unwrap()).is_empty());
}

/// Is done with nothing before two have come to it.
#[derive(Clone, Projection)]
#[projection(name = "meeting", events(Placed), derive(Clone, Debug, PartialEq))]
struct Meeting(Arc<Barrier>);

#[async_trait]
impl Reactor for Meeting {
    async fn react(&self, _: &Recorded<MeetingEvent>, _: &Reaction) -> Result<(), WorkError> {
        self.0.wait().await;
        Ok(())
    }
}

#[tokio::test]
async fn of_one_key_by_two_at_the_same_time_if_they_compete() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let (consuming, met) = (MemoryStore::new(), Arc::new(Barrier::new(3)));
    let node = || {
        let consumer = at_least_once(Meeting(Arc::clone(&met)), broker.clone()).competing(2).prefetch(1);
        App::builder(consuming.clone()).consume(consumer.at_once(1)).build()
    };
    let (one, two) = (node().await.unwrap(), node().await.unwrap());
    let publishes = publishes(&store, &broker).await;
    append(&store, [placed("1", 1), placed("1", 2)]).await;
    soon(met.wait()).await;
    for app in [publishes, one, two] {
        soon(app.shutdown()).await;
    }
}
