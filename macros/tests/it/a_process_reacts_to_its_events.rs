use crate::recorded;
use factum::{
    Apply, Event as _, Events, Handle, ProcessManager as _, React, Recorded,
    process::{Next, Rejected, Running, Wish},
};
use factum_macros::{Aggregate, Command, Event, Id, ProcessManager};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Id, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OrderId(String);

#[derive(Event, Serialize, Deserialize)]
struct Placed {
    order: OrderId,
}

#[derive(Event, Serialize, Deserialize)]
struct Paid {
    of: Payment,
}

#[derive(Serialize, Deserialize)]
struct Payment {
    order: Option<OrderId>,
}

#[derive(Event, Serialize, Deserialize)]
struct Overdue;

#[derive(Event, Serialize, Deserialize)]
struct Shipped;

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = OrderId, events(Shipped))]
struct Order;

impl Apply<Shipped> for Order {
    fn apply(&mut self, _: &Shipped) {}
}

#[derive(Command, Debug, PartialEq, Serialize, Deserialize)]
struct Ship {
    order: OrderId,
}

impl Handle<Ship> for Order {
    type Rejection = String;

    fn handle(&self, _: &Ship) -> Result<Events<Self>, String> {
        Ok(Shipped.into())
    }
}

#[derive(ProcessManager, Default, PartialEq, Debug, Serialize, Deserialize)]
#[process(
    version = 2,
    upcast(1 = ShippingV1),
    key = OrderId,
    key(order: Placed),
    key(of.order: Paid),
    events(Placed, Paid, Overdue),
    starts(Placed),
    commands(Ship),
    rejected(Ship)
)]
struct Shipping {
    paid: bool,
    refused: Option<String>,
}

#[derive(Deserialize)]
struct ShippingV1 {
    payments: u8,
}

impl From<ShippingV1> for Shipping {
    fn from(old: ShippingV1) -> Self {
        Self { paid: old.payments > 0, refused: None }
    }
}

impl React<Placed> for Shipping {
    fn react(&mut self, _: &Placed, next: &mut Next<'_, Self>) {
        next.schedule("payment", Duration::from_secs(60), Overdue);
    }
}

impl React<Paid> for Shipping {
    fn react(&mut self, _: &Paid, next: &mut Next<'_, Self>) {
        self.paid = true;
        next.cancel("payment");
        next.send(Ship { order: next.key().clone() });
    }
}

impl React<Overdue> for Shipping {
    fn react(&mut self, _: &Overdue, next: &mut Next<'_, Self>) {
        next.end();
    }
}

impl React<Rejected<Ship>> for Shipping {
    fn react(&mut self, event: &Rejected<Ship>, _: &mut Next<'_, Self>) {
        self.refused = Some(format!("{}: {}", event.command.order, event.rejection));
    }
}

fn ada() -> OrderId {
    OrderId("ada".to_owned())
}

fn of<E: factum::Event>(stream: &str, event: &E) -> Recorded<ShippingEvent> {
    recorded(stream, event).decode().unwrap()
}

fn placed() -> Recorded<ShippingEvent> {
    of("basket-7", &Placed { order: ada() })
}

#[test]
fn an_event_concerns_the_instance_whose_key_it_has() {
    let keys = |event| Shipping::keys(&event).printed().unwrap();
    assert_eq!(keys(placed()), [("ada".to_owned(), ada())]);
    assert_eq!(keys(of("till-1", &Paid { of: Payment { order: Some(ada()) } })), [("ada".to_owned(), ada())]);
    assert_eq!(keys(of("till-1", &Paid { of: Payment { order: None } })), []);
    // It names no field, so its stream does.
    assert_eq!(keys(of("order-bob", &Overdue)), [("bob".to_owned(), OrderId("bob".to_owned()))]);
}

#[test]
fn only_what_starts_it_begins_an_instance() {
    assert!(Shipping::starts(&placed().event));
    let paid = of("till-1", &Paid { of: Payment { order: Some(ada()) } });
    assert!(!Shipping::starts(&paid.event));
    let mut running = Running::<Shipping>::new("ada");
    assert!(running.take(&ada(), &paid).unwrap().wishes.is_empty());
    assert!(running.state().is_none());
    assert_eq!(running.take(&ada(), &placed()).unwrap().wishes.len(), 1);
    assert_eq!(running.deadlines().map(|(name, _)| name).collect::<Vec<_>>(), ["payment"]);
    let wishes = running.take(&ada(), &paid).unwrap().wishes;
    assert!(matches!(&wishes[..], [Wish::Cancel { .. }, Wish::Send(sent)] if sent.command == "Ship"));
    assert!(running.state().unwrap().paid);
    assert_eq!(running.deadlines().count(), 0);
}

#[test]
fn a_rejection_is_one_of_its_events() {
    assert_eq!(Rejected::<Ship>::TYPE, "factum.CommandRejected.Ship");
    let rejected = Rejected::<Ship>::new(Ship { order: ada() }, "no stock".to_owned());
    let event = of("process.shipping-ada", &rejected);
    assert!(matches!(event.event, ShippingEvent::ShipRejected(_)));
    let mut running = Running::<Shipping>::new("ada");
    running.take(&ada(), &event).unwrap();
    assert!(running.state().is_none(), "what comes of an instance starts none");
    running.take(&ada(), &placed()).unwrap();
    running.take(&ada(), &event).unwrap();
    assert_eq!(running.state().unwrap().refused.as_deref(), Some("ada: no stock"));
}

#[test]
fn the_state_of_an_older_version_is_upcast() {
    let old = Shipping::decode(1, br#"{"payments":1}"#).unwrap();
    assert_eq!(old, Shipping { paid: true, refused: None });
    let present = Shipping::decode(2, br#"{"paid":false,"refused":"x"}"#).unwrap();
    assert_eq!(present, Shipping { paid: false, refused: Some("x".to_owned()) });
    let newer = Shipping::decode(3, b"{}").unwrap_err();
    assert!(newer.to_string().contains("newer program"), "{newer}");
}

#[test]
fn it_is_called_as_its_struct_is() {
    assert_eq!((Shipping::NAME, Shipping::VERSION, Shipping::KEYS_OF_STREAM), ("shipping", 2, false));
    assert_eq!(Shipping::COMMANDS.iter().map(factum::process::Sendable::name).collect::<Vec<_>>(), ["Ship"]);
}
