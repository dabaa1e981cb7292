//! An audit that finds nothing proves nothing unless it can find something: here the books are cooked.

use crate::given::{delivered, lines, order, placed, reserved};
use factum::{Append, Event, EventAppender, NewEvent, StreamId, prelude::*};
use shop::{
    audit::{Ledger, Report},
    inventory::{StockDispatched, StockReserved},
    money::Cents,
    order::{OrderCancelled, OrderCompleted, Reason},
    payment::{PaymentConfirmed, PaymentRefunded},
    provider::{Charged, Returned},
    shipping::ShipmentDispatched,
    store::{Place, Service},
};

const TOTAL: Cents = Cents(6_480);

struct Books {
    app: App,
}

impl Books {
    /// With five mugs and two lamps in the storeroom, and an order of two and one.
    async fn new() -> Self {
        let books = Self { app: Place::Memory.open(Service::SIMULATED).await.unwrap() };
        // Nobody acts on what is written here.
        books.app.shutdown().await;
        books.write("delivery", &delivered("mug", 5)).await;
        books.write("delivery", &delivered("lamp", 2)).await;
        books.write("order", &placed()).await;
        books
    }

    async fn write<E: Event>(&self, category: &str, event: &E) {
        let stream = StreamId::of(category, order("a")).unwrap();
        self.app.store().append_one(Append::new([NewEvent::of(stream, event).unwrap()])).await.unwrap();
    }

    async fn reserve(&self) -> &Self {
        self.write("reservation", &held()).await;
        self
    }

    async fn pay(&self) -> &Self {
        self.write("provider_account", &Charged { order: order("a"), amount: TOTAL }).await;
        self.write("payment", &PaymentConfirmed { order: order("a"), amount: TOTAL }).await;
        self
    }

    async fn ship(&self, goods: &[(&str, u32)]) -> &Self {
        let order = order("a");
        self.write("shipment", &ShipmentDispatched { order }).await;
        self.write("reservation", &StockDispatched { order, lines: lines(goods) }).await;
        self.write("order", &OrderCompleted { order, total: TOTAL }).await;
        self
    }

    async fn cancel(&self) -> &Self {
        self.write("order", &OrderCancelled { order: order("a"), reason: Reason::ByCustomer }).await;
        self
    }

    /// What the audit says of the log. The read models, which stand still, are behind.
    async fn wrong(&self) -> Vec<String> {
        self.wrong_by(Ledger::default()).await
    }

    async fn wrong_by(&self, mut ledger: Ledger) -> Vec<String> {
        let report = Report::of(&self.app, &mut ledger).await.unwrap().to_string();
        let (_, wrong) = report.split_once("It does not add up:\n").unwrap_or_default();
        let wrong = wrong.lines().map(|line| line.trim().to_owned());
        wrong.filter(|line| !line.starts_with("a read model")).collect()
    }
}

fn held() -> StockReserved {
    reserved("a", &[("lamp", 1), ("mug", 2)])
}

fn about(what: &str) -> String {
    format!("{} {what}", order("a"))
}

#[tokio::test]
async fn what_is_right_is_not_complained_of() {
    let books = Books::new().await;
    books.reserve().await.pay().await.ship(&[("lamp", 1), ("mug", 2)]).await;
    assert_eq!(books.wrong().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_order_without_an_end_and_one_with_two() {
    let books = Books::new().await;
    assert_eq!(books.wrong().await, [about("has 0 ends")]);
    books.cancel().await.cancel().await;
    assert_eq!(books.wrong().await, [about("has 2 ends")]);
}

#[tokio::test]
async fn a_reservation_that_is_left() {
    let books = Books::new().await;
    books.reserve().await.cancel().await;
    let wrong = books.wrong().await;
    let left = ["1 of lamp are reserved for nobody", "2 of mug are reserved for nobody"];
    assert_eq!(wrong, [left[0].to_owned(), left[1].to_owned(), about("has a reservation left")]);
}

#[tokio::test]
async fn more_than_there_is() {
    let books = Books::new().await;
    books.write("reservation", &reserved("b", &[("mug", 4)])).await;
    books.reserve().await;
    let wrong = books.wrong().await;
    assert!(wrong.iter().any(|line| line.starts_with("at some time, more of mug was promised")), "{wrong:?}");
    assert!(!wrong.iter().any(|line| line.starts_with("at some time, more of lamp")), "{wrong:?}");
}

#[tokio::test]
async fn money_that_was_taken_twice_or_kept_or_not_told_of() {
    let books = Books::new().await;
    books.pay().await.cancel().await;
    assert_eq!(books.wrong().await, [about("has paid 6480 cents for 0 cents")]);

    let back = Returned { order: order("a"), amount: TOTAL };
    books.write("provider_account", &back).await;
    assert_eq!(books.wrong().await, [about("got 64.80 back, and 0.00 is known")]);
    books.write("payment", &PaymentRefunded { order: order("a"), amount: TOTAL }).await;
    assert_eq!(books.wrong().await, Vec::<String>::new());

    let books = Books::new().await;
    books.reserve().await.pay().await.pay().await.ship(&[("lamp", 1), ("mug", 2)]).await;
    let wrong = books.wrong().await;
    assert_eq!(wrong, [about("was charged 2 times"), about("has paid 12960 cents for 6480 cents")]);
}

#[tokio::test]
async fn other_goods_than_were_ordered() {
    let books = Books::new().await;
    books.reserve().await.pay().await.ship(&[("lamp", 1), ("mug", 1)]).await;
    let wrong = books.wrong().await;
    assert!(wrong.contains(&about("was sent something else than it should have")), "{wrong:?}");
    assert!(wrong.contains(&"1 of mug are reserved for nobody".to_owned()), "{wrong:?}");
}

/// Where the payment service has a log of its own, and the two logs do not agree.
#[tokio::test]
async fn what_one_program_says_and_the_other_has_not_heard_or_not_so() {
    let books = Books::new().await;
    let payments = App::builder(MemoryStore::new()).build().await.unwrap();
    let charged = |amount| {
        let stream = StreamId::of("provider_account", order("a")).unwrap();
        NewEvent::of(stream, &Charged { order: order("a"), amount }).unwrap()
    };
    let (lost, altered) = (charged(TOTAL), charged(TOTAL));
    let (lost_id, altered_id) = (lost.id, altered.id);
    payments.store().append_one(Append::new([lost, altered])).await.unwrap();
    books.app.store().append_one(Append::new([charged(Cents(1)).with_id(altered_id)])).await.unwrap();
    let mut ledger = Ledger::with_payments(payments);
    ledger.read_on(&**books.app.store()).await.unwrap();
    assert_eq!(ledger.open(), 2, "the order, and what was not heard");
    let wrong = books.wrong_by(ledger).await;
    let expected = [
        format!("Charged {lost_id} is 0 times in the shop, and 1 times in the payment service"),
        format!("event {altered_id} is not the same in both logs"),
    ];
    assert!(wrong.ends_with(&expected), "{wrong:?}");
}
