//! Processes of several programs on one database: what they send is sent once, and their deadlines go by the clock of the server.

use crate::place::{Place, until};
use factum_core::{
    App, Append, Apply, EventAppender as _, Events, Handle, NewEvent, Query, React, RecordedEvent, StreamId,
    process::{Next, Processing},
    store::{EventReader as _, ReadLog, ReadStream},
};
use factum_macros::{Aggregate, Command, Event, Id, ProcessManager};
use factum_projections::{AppBuilderExt as _, AppExt as _, ProcessRunner};
use factum_store_postgres::PgStore;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Id, Clone, Serialize, Deserialize)]
#[id(crate = "factum_core")]
struct OrderId(String);

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "factum_core")]
struct Placed;

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "factum_core")]
struct Overdue;

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "factum_core")]
struct Confirmed;

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "factum_core")]
struct Cancelled;

#[derive(Aggregate, Clone, Default)]
#[aggregate(crate = "factum_core", id = OrderId, events(Confirmed, Cancelled))]
struct Order;

impl Apply<Confirmed> for Order {
    fn apply(&mut self, _: &Confirmed) {}
}

impl Apply<Cancelled> for Order {
    fn apply(&mut self, _: &Cancelled) {}
}

#[derive(Command, Serialize, Deserialize)]
#[command(crate = "factum_core")]
struct Confirm {
    order: OrderId,
}

#[derive(Command, Serialize, Deserialize)]
#[command(crate = "factum_core")]
struct Cancel {
    order: OrderId,
}

/// As often as it is asked for, so that it can be counted.
impl Handle<Confirm> for Order {
    type Rejection = String;

    fn handle(&self, command: &Confirm) -> Result<Events<Self>, String> {
        match command.order.to_string().starts_with("unknown") {
            true => Err("nobody knows it".to_owned()),
            false => Ok(Confirmed.into()),
        }
    }
}

impl Handle<Cancel> for Order {
    type Rejection = String;

    fn handle(&self, _: &Cancel) -> Result<Events<Self>, String> {
        Ok(Cancelled.into())
    }
}

#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(
    crate = "factum_core",
    key = OrderId,
    events(Placed, Overdue),
    starts(Placed),
    commands(Confirm, Cancel)
)]
struct Ordering;

const TIME: Duration = Duration::from_millis(300);

impl React<Placed> for Ordering {
    fn react(&mut self, _: &Placed, next: &mut Next<'_, Self>) {
        next.send(Confirm { order: next.key().clone() });
        next.schedule("payment", TIME, Overdue);
    }
}

impl React<Overdue> for Ordering {
    fn react(&mut self, _: &Overdue, next: &mut Next<'_, Self>) {
        next.send(Cancel { order: next.key().clone() });
        next.end();
    }
}

async fn app(store: PgStore) -> App {
    let runner = ProcessRunner::<Ordering>::new().partitions(4).lease(Duration::from_secs(1));
    App::builder(store).run_process(runner).build().await.unwrap()
}

/// An application on threads of its own, which can be ended as a process is: nothing that it does goes on, or is given back.
struct Program {
    runtime: tokio::runtime::Runtime,
}

impl Program {
    fn run(store: PgStore) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move {
            let _running = app(store).await;
            std::future::pending::<()>().await;
        });
        Self { runtime }
    }

    fn kill(self) {
        self.runtime.shutdown_background();
    }
}

async fn place(store: &PgStore, order: &str) {
    let stream = StreamId::new("basket", order).unwrap();
    store.append_one(Append::new([NewEvent::of(stream, &Placed).unwrap()])).await.unwrap();
}

async fn happened(store: &PgStore, order: &str) -> Vec<String> {
    let stream = ReadStream::new(StreamId::new("order", order).unwrap());
    let page = store.read_stream(stream).await.unwrap();
    page.events.iter().map(|event| event.event_type.to_string()).collect()
}

async fn fired(store: &PgStore) -> Vec<RecordedEvent> {
    let page = store.read_log(ReadLog::new(Query::all())).await.unwrap();
    page.events.into_iter().filter(|event| event.stream.category() == "process.ordering").collect()
}

/// Until all that was asked for is done; what is stuck is left.
async fn done(app: &App, stuck: usize) {
    let processes = app.processes::<Ordering>().unwrap();
    until("the process to be done", async || {
        app.caught_up().await.unwrap();
        processes.list().await.unwrap().is_empty()
            && processes.instances().undelivered().await.unwrap().len() == stuck
    })
    .await;
}

const ORDERS: usize = 30;

#[tokio::test(flavor = "multi_thread")]
async fn also_if_one_of_them_is_killed() {
    let place_of = Place::new().await;
    let store = place_of.open().await;
    let mut first = Some(Program::run(place_of.open().await));
    let second = app(place_of.open().await).await;
    for order in 0..ORDERS {
        place(&store, &order.to_string()).await;
        if order == ORDERS / 2 {
            // In the middle of what it does.
            first.take().unwrap().kill();
        }
    }
    done(&second, 0).await;
    for order in 0..ORDERS {
        assert_eq!(happened(&store, &order.to_string()).await, ["Confirmed", "Cancelled"], "order {order}");
    }
    second.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn and_no_deadline_fires_early() {
    let place_of = Place::new().await;
    let store = place_of.open().await;
    let app = app(place_of.open().await).await;
    for order in 0..5 {
        place(&store, &order.to_string()).await;
    }
    done(&app, 0).await;
    let fired = fired(&store).await;
    assert_eq!(fired.len(), 5);
    for event in fired {
        let (due, fired) = (event.time, event.recorded_at);
        assert!(fired >= due, "it was due at {due}, and fired at {fired} by the clock of the server");
    }
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn and_what_is_rejected_waits_for_somebody() {
    let place_of = Place::new().await;
    let store = place_of.open().await;
    let app = app(place_of.open().await).await;
    for order in ["unknown", "1"] {
        place(&store, order).await;
    }
    // What it sends when time is up waits behind the one that was rejected.
    done(&app, 2).await;
    assert_eq!(happened(&store, "1").await, ["Confirmed", "Cancelled"]);
    let processes = app.processes::<Ordering>().unwrap();
    let stuck = processes.stuck().await.unwrap();
    assert_eq!(stuck.len(), 1);
    assert_eq!(
        (&*stuck[0].key, &*stuck[0].error),
        ("unknown", "sending Confirm: it was rejected: nobody knows it")
    );
    assert_eq!(processes.skip(&"unknown".into()).await.unwrap(), 1);
    done(&app, 0).await;
    assert_eq!(happened(&store, "unknown").await, ["Cancelled"]);
    assert_eq!(processes.stuck().await.unwrap(), []);
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn and_it_can_be_waited_for() {
    let place_of = Place::new().await;
    let store = place_of.open().await;
    let app = app(place_of.open().await).await;
    let stream = StreamId::new("basket", "1").unwrap();
    let append = Append::new([NewEvent::of(stream, &Placed).unwrap()]);
    let receipt = store.append_one(append).await.unwrap();
    app.wait_for::<Processing<Ordering>>(&receipt).await.unwrap();
    assert_eq!(app.processes::<Ordering>().unwrap().list().await.unwrap().len(), 1);
    app.shutdown().await;
}
