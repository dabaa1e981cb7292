use crate::given::{lines, netherlands, order, placed, reserved, short};
use factum_testkit::given::{Process, Wishes, process, wishes};
use shop::{
    fulfilment::{Fulfilment, PackingDone, PaymentOverdue, StockOverdue},
    inventory::{BackorderDue, DispatchStock, ReleaseStock, ReserveStock},
    money::Cents,
    order::{CancelOrder, CancellationRequested, Card, CompleteOrder, Reason},
    payment::{PaymentConfirmed, PaymentDeclined, RequestPayment, VoidPayment},
    shipping::{
        CancelShipment, DispatchShipment, PrepareShipment, ShipmentDispatched, ShipmentPrepared,
        ShipmentRefused,
    },
    terms::Terms,
};
use std::time::Duration;

const GOODS: [(&str, u32); 2] = [("lamp", 1), ("mug", 2)];
const AMOUNT: Cents = Cents(6_480);

fn stream(category: &str) -> String {
    format!("{category}-{}", order("a"))
}

/// The order is placed.
fn ordered() -> Process<Fulfilment> {
    process::<Fulfilment>().given(stream("order").as_str(), placed())
}

/// And its goods are set aside.
fn with_goods() -> Process<Fulfilment> {
    ordered().given(stream("reservation").as_str(), reserved("a", &GOODS))
}

/// And it is paid.
fn paid() -> Process<Fulfilment> {
    with_goods().given(stream("payment").as_str(), PaymentConfirmed { order: order("a"), amount: AMOUNT })
}

/// And its parcel is being packed.
fn packing() -> Process<Fulfilment> {
    paid().given(stream("shipment").as_str(), ShipmentPrepared { order: order("a"), country: netherlands() })
}

fn reserve() -> ReserveStock {
    ReserveStock { order: order("a"), lines: lines(&GOODS) }
}

/// What ends every order that comes to nothing.
trait Undone {
    fn and_releases(self, reason: Reason) -> Self;
}

impl Undone for Wishes<Fulfilment> {
    fn and_releases(self, reason: Reason) -> Self {
        let order = order("a");
        self.sends(ReleaseStock { order }).sends(CancelOrder { order, reason }).ends()
    }
}

#[test]
fn an_order_is_reserved_charged_packed_and_sent() {
    let order = order("a");
    process::<Fulfilment>()
        .when(stream("order").as_str(), placed())
        .then(wishes().sends(reserve()))
        .when(stream("reservation").as_str(), reserved("a", &GOODS))
        .then(
            wishes()
                .cancels("stock")
                .sends(RequestPayment { order, amount: AMOUNT, card: Card::Valid })
                .schedules("payment", Terms::WATCHED.pay_within(), PaymentOverdue { order }),
        )
        .when(stream("payment").as_str(), PaymentConfirmed { order, amount: AMOUNT })
        .then(wishes().cancels("payment").sends(PrepareShipment { order, country: netherlands() }))
        .then_deadlines(&order, [])
        .when(stream("shipment").as_str(), ShipmentPrepared { order, country: netherlands() })
        .then(wishes().schedules("packing", Terms::WATCHED.packing(), PackingDone { order }))
        .after(Terms::WATCHED.packing())
        .then(wishes().sends(DispatchShipment { order }))
        .when(stream("shipment").as_str(), ShipmentDispatched { order })
        .then(wishes().sends(DispatchStock { order }).sends(CompleteOrder { order }).ends())
        .then_no_instance(&order);
}

#[test]
fn a_payment_that_is_declined_undoes_the_reservation() {
    with_goods()
        .when(stream("payment").as_str(), PaymentDeclined { order: order("a") })
        .then(wishes().sends(VoidPayment { order: order("a") }).and_releases(Reason::PaymentDeclined))
        .then_no_instance(&order("a"));
}

#[test]
fn a_payment_that_is_not_answered_is_given_up_when_its_time_is_over_and_not_before() {
    let moment = Duration::from_micros(1);
    with_goods()
        .after(Terms::WATCHED.pay_within() - moment)
        .then_nothing()
        .after(moment)
        .then(wishes().sends(VoidPayment { order: order("a") }).and_releases(Reason::PaymentTimedOut))
        .then_no_instance(&order("a"));
}

#[test]
fn an_answer_in_time_ends_the_waiting() {
    paid().after(Duration::from_secs(86_400)).then_nothing();
}

#[test]
fn an_answer_after_the_end_begins_nothing_anew() {
    with_goods()
        .after(Terms::WATCHED.pay_within())
        .when(stream("payment").as_str(), PaymentConfirmed { order: order("a"), amount: AMOUNT })
        .then_nothing()
        .then_no_instance(&order("a"));
}

#[test]
fn what_nobody_delivers_is_undone_in_reverse() {
    let order = order("a");
    paid().when(stream("shipment").as_str(), ShipmentRefused { order, country: netherlands() }).then(
        wishes()
            .sends(CancelShipment { order })
            .sends(VoidPayment { order })
            .and_releases(Reason::Undeliverable),
    );
}

#[test]
fn an_order_waits_for_goods_only_so_long_however_often_it_tries() {
    let (a, stock) = (order("a"), stream("reservation"));
    let missing = || short("a", &GOODS, &[("mug", 1)]);
    let due = BackorderDue { order: a, lines: lines(&GOODS) };
    let patience = Terms::WATCHED.wait_for_stock();
    ordered()
        .when(stock.as_str(), missing())
        .then(wishes().schedules("stock", patience, StockOverdue { order: a }))
        .after(patience / 2)
        .then_nothing()
        .when(stock.as_str(), due)
        .then(wishes().sends(reserve()))
        .when(stock.as_str(), missing())
        .then_nothing()
        .after(patience / 2)
        .then(wishes().and_releases(Reason::OutOfStock))
        .then_no_instance(&a);
}

#[test]
fn goods_that_come_in_time_end_the_waiting() {
    let a = order("a");
    ordered()
        .given(stream("reservation").as_str(), short("a", &GOODS, &[("mug", 1)]))
        .given(stream("reservation").as_str(), reserved("a", &GOODS))
        .then_deadlines(&a, [("payment", Terms::WATCHED.pay_within())]);
}

#[test]
fn a_customer_can_cancel_until_the_parcel_leaves() {
    let a = order("a");
    let cancelled = || CancellationRequested { order: a };
    let stream = stream("order");
    ordered().when(stream.as_str(), cancelled()).then(wishes().and_releases(Reason::ByCustomer));
    with_goods()
        .when(stream.as_str(), cancelled())
        .then(wishes().sends(VoidPayment { order: a }).and_releases(Reason::ByCustomer));
    packing()
        .when(stream.as_str(), cancelled())
        .then(
            wishes()
                .sends(CancelShipment { order: a })
                .sends(VoidPayment { order: a })
                .and_releases(Reason::ByCustomer),
        )
        .after(Duration::from_secs(60))
        .then_nothing();
    packing().after(Terms::WATCHED.packing()).when(stream.as_str(), cancelled()).then_nothing();
}

#[test]
fn where_packing_takes_no_time_the_parcel_leaves_at_once() {
    let a = order("a");
    let mut quick = placed();
    quick.terms.packing_ms = 0;
    process::<Fulfilment>()
        .given(stream("order").as_str(), quick)
        .given(stream("reservation").as_str(), reserved("a", &GOODS))
        .given(stream("payment").as_str(), PaymentConfirmed { order: a, amount: AMOUNT })
        .when(stream("shipment").as_str(), ShipmentPrepared { order: a, country: netherlands() })
        .then(wishes().sends(DispatchShipment { order: a }));
}

/// Orders do not get in each other's way.
#[test]
fn each_order_has_a_process_of_its_own() {
    let mut other = placed();
    other.order = order("b");
    with_goods()
        .given(format!("order-{}", order("b")).as_str(), other)
        .when(stream("payment").as_str(), PaymentDeclined { order: order("a") })
        .then(wishes().sends(VoidPayment { order: order("a") }).and_releases(Reason::PaymentDeclined))
        .then_no_instance(&order("a"))
        .then_state(&order("b"), |_| {});
}
