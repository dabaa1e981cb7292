//! A process with all that one can have: it ships what is placed and paid, in whichever order, and cancels what is not paid in
//! time.

use super::{append, soon};
use factum::{
    App, Apply, EventStore, Events, Handle, NewEvent, Query, React, RecordedEvent, StreamId,
    process::{Next, Rejected},
    sink::DocumentSink,
    store::{Clock as _, EventReader, ReadLog, ReadStream},
};
use factum_macros::{Aggregate, Command, Event, Id, ProcessManager};
use factum_projections::AppExt as _;
use factum_testkit::VirtualClock;
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, time::Duration};

/// A log and a sink in one.
pub(crate) trait Both: EventStore + DocumentSink + Clone {}

impl<S: EventStore + DocumentSink + Clone> Both for S {}

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct OrderId(pub(crate) String);

#[derive(Event, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) order: OrderId,
}

#[derive(Event, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Paid {
    pub(crate) order: OrderId,
}

/// It was not paid in time.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Overdue;

#[derive(Event, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Shipped;

#[derive(Event, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cancelled;

#[derive(Event, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stocked;

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = OrderId, events(Shipped, Cancelled, Stocked))]
pub(crate) struct Order {
    shipped: bool,
    stocked: bool,
}

impl Apply<Shipped> for Order {
    fn apply(&mut self, _: &Shipped) {
        self.shipped = true;
    }
}

impl Apply<Cancelled> for Order {
    fn apply(&mut self, _: &Cancelled) {}
}

impl Apply<Stocked> for Order {
    fn apply(&mut self, _: &Stocked) {
        self.stocked = true;
    }
}

#[derive(Command, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ship {
    pub(crate) order: OrderId,
}

#[derive(Command, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cancel {
    pub(crate) order: OrderId,
}

/// What is rare has to be stocked first. It is shipped as often as it is asked for, so that it can be counted.
impl Handle<Ship> for Order {
    type Rejection = String;

    fn handle(&self, command: &Ship) -> Result<Events<Self>, String> {
        assert!(!command.order.0.starts_with("broken"), "as the test wants it");
        if command.order.0.starts_with("rare") && !self.stocked {
            return Err("there is none in stock".to_owned());
        }
        Ok(Shipped.into())
    }
}

impl Handle<Cancel> for Order {
    type Rejection = String;

    fn handle(&self, command: &Cancel) -> Result<Events<Self>, String> {
        if command.order.0.starts_with("kept") {
            return Err("it is kept".to_owned());
        }
        Ok(Cancelled.into())
    }
}

#[derive(ProcessManager, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[process(
    key = OrderId,
    key(order: Placed, Paid),
    events(Placed, Paid, Overdue),
    commands(Ship, Cancel),
    rejected(Cancel)
)]
pub(crate) struct Shipping {
    pub(crate) placed: u32,
    pub(crate) paid: u32,
    pub(crate) shipped: bool,
    pub(crate) refused: Vec<String>,
}

/// How long one has to pay.
pub(crate) const TO_PAY: Duration = Duration::from_secs(60);

impl Shipping {
    fn ship(&mut self, next: &mut Next<'_, Self>) {
        if self.placed > 0 && self.paid > 0 && !self.shipped {
            self.shipped = true;
            next.cancel("payment");
            next.send(Ship { order: next.key().clone() });
        }
    }
}

impl React<Placed> for Shipping {
    fn react(&mut self, placed: &Placed, next: &mut Next<'_, Self>) {
        assert!(!placed.order.0.starts_with("poison"), "as the test wants it");
        self.placed += 1;
        if self.placed == 1 && self.paid == 0 {
            next.schedule("payment", TO_PAY, Overdue);
        }
        self.ship(next);
    }
}

impl React<Paid> for Shipping {
    fn react(&mut self, _: &Paid, next: &mut Next<'_, Self>) {
        self.paid += 1;
        self.ship(next);
    }
}

impl React<Overdue> for Shipping {
    fn react(&mut self, _: &Overdue, next: &mut Next<'_, Self>) {
        next.send(Cancel { order: next.key().clone() });
    }
}

impl React<Rejected<Cancel>> for Shipping {
    fn react(&mut self, rejected: &Rejected<Cancel>, _: &mut Next<'_, Self>) {
        self.refused.push(format!("{}: {}", rejected.command.order, rejected.rejection));
    }
}

pub(crate) fn placed(order: &str) -> NewEvent {
    let stream = StreamId::new("basket", order).unwrap();
    NewEvent::of(stream, &Placed { order: OrderId(order.to_owned()) }).unwrap()
}

pub(crate) fn paid(order: &str) -> NewEvent {
    let stream = StreamId::new("till", "1").unwrap();
    NewEvent::of(stream, &Paid { order: OrderId(order.to_owned()) }).unwrap()
}

pub(crate) async fn stock(store: &impl EventStore, order: &str) {
    let stream = StreamId::new("order", order).unwrap();
    append(store, [NewEvent::of(stream, &Stocked).unwrap()]).await;
}

/// What has happened to an order.
pub(crate) async fn happened(store: &(impl EventReader + ?Sized), order: &str) -> Vec<String> {
    let stream = ReadStream::new(StreamId::new("order", order).unwrap());
    let page = store.read_stream(stream).await.unwrap();
    page.events.iter().map(|event| event.event_type.to_string()).collect()
}

/// What has come of the instances themselves.
pub(crate) async fn fired(store: &(impl EventReader + ?Sized)) -> Vec<RecordedEvent> {
    let page = store.read_log(ReadLog::new(Query::all())).await.unwrap();
    page.events.into_iter().filter(|event| event.stream.category() == "process.shipping").collect()
}

/// Waits until there is nothing left to do: every event is reacted to, every command is answered or in quarantine, and every
/// deadline that is due has fired.
pub(crate) async fn settle(app: &App, clock: &VirtualClock) {
    soon(async {
        loop {
            let head = app.store().head().await.unwrap();
            app.caught_up().await.unwrap();
            let instances = app.processes::<Shipping>().unwrap().instances().clone();
            let stuck: HashSet<_> =
                instances.stuck().await.unwrap().into_iter().map(|stuck| stuck.key).collect();
            let undelivered = instances.undelivered().await.unwrap();
            let all = instances.list().await.unwrap();
            let mut deadlines = all.iter().flat_map(|instance| &instance.deadlines);
            let is_due = deadlines.any(|deadline| deadline.due <= clock.now());
            let moves = undelivered.iter().any(|command| !stuck.contains(&command.instance));
            if !moves && !is_due && app.store().head().await.unwrap() == head {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// Makes a test of each function for each embedded store; the functions are called with an empty one, and its clock.
macro_rules! on_both_stores_with_a_clock {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                let clock = factum_testkit::VirtualClock::new();
                let store = factum_store_memory::MemoryStore::with_clock(clock.clone());
                super::$test(store, clock).await;
            })+
        }

        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let clock = factum_testkit::VirtualClock::new();
                let (store, _folder) = crate::given::sqlite_with(clock.clone()).await;
                super::$test(store, clock).await;
            })+
        }
    };
}

pub(crate) use on_both_stores_with_a_clock;
