use crate::given::{delivered, lines, order, placed, reserved, short};
use factum_testkit::{deterministic, given::project};
use shop::{
    catalogue::ProductListed,
    inventory::{StockDispatched, StockReleased},
    money::Cents,
    order::{OrderCancelled, OrderCompleted, Reason},
    payment::{PaymentConfirmed, PaymentRefunded},
    read::{Board, Recent, Revenue, Shelf, Status, Tally},
};

fn stream(category: &str) -> String {
    format!("{category}-{}", order("a"))
}

#[test]
fn the_board_follows_an_order_through_all_modules() {
    let a = order("a");
    let on_board = project(Board).given(stream("order").as_str(), placed());
    on_board
        .given(stream("reservation").as_str(), short("a", &[("mug", 2)], &[("mug", 1)]))
        .given(stream("reservation").as_str(), reserved("a", &[("mug", 2)]))
        .given(stream("payment").as_str(), PaymentConfirmed { order: a, amount: Cents(6_480) })
        .given(stream("order").as_str(), OrderCompleted { order: a, total: Cents(6_480) })
        .then_document_with(a, |entry| {
            assert_eq!((entry.status, entry.version, entry.total), (Status::Shipped, 5, Cents(6_480)));
            assert_eq!(entry.customer, "Ada");
        });
}

/// The payment service says that it has the money after the order was cancelled, and gives it back.
#[test]
fn an_order_that_has_ended_stays_that_way() {
    let a = order("a");
    project(Board)
        .given(stream("order").as_str(), placed())
        .given(stream("order").as_str(), OrderCancelled { order: a, reason: Reason::PaymentTimedOut })
        .given(stream("payment").as_str(), PaymentConfirmed { order: a, amount: Cents(6_480) })
        .given(stream("payment").as_str(), PaymentRefunded { order: a, amount: Cents(6_480) })
        .then_document_with(a, |entry| {
            assert_eq!((entry.status, entry.reason), (Status::Cancelled, Some(Reason::PaymentTimedOut)));
            assert!(entry.refunded);
        });
}

#[test]
fn the_summary_has_the_latest_orders_first_and_counts_all() {
    let mut summary = project(Recent);
    for n in 0..40 {
        let mut one = placed();
        one.order = order(&n.to_string());
        summary = summary.given(format!("order-{}", one.order).as_str(), one);
    }
    let first = order("0");
    summary
        .given(format!("order-{first}").as_str(), OrderCompleted { order: first, total: Cents(1) })
        .then_document_with("shop", |summary| {
            assert_eq!(summary.tally, Tally { placed: 40, shipped: 1, cancelled: 0 });
            assert_eq!(summary.tally.open(), 39);
            assert_eq!((summary.orders.len(), summary.orders[0].order), (24, order("39")));
        });
}

#[test]
fn the_shelf_knows_what_is_there_what_is_promised_and_who_waits() {
    let a = order("a");
    let listed = ProductListed { product: "mug".into(), name: "Enamel mug".to_owned(), price: Cents(1_290) };
    let b = format!("reservation-{}", order("b"));
    project(Shelf)
        .given("product-mug", listed)
        .given("delivery-mug", delivered("mug", 5))
        .given(stream("reservation").as_str(), reserved("a", &[("mug", 2), ("lamp", 1)]))
        .given(b.as_str(), short("b", &[("mug", 9)], &[("mug", 6)]))
        .then_document_with("mug", |mug| {
            assert_eq!((mug.on_hand, mug.reserved, mug.available(), mug.wanted()), (5, 2, 3, 9));
        })
        .given(stream("reservation").as_str(), StockDispatched { order: a, lines: lines(&[("mug", 2)]) })
        .given(b.as_str(), reserved("b", &[("mug", 1)]))
        .given(b.as_str(), StockReleased { order: order("b"), lines: lines(&[("mug", 1)]) })
        .then_document_with("mug", |mug| {
            assert_eq!((mug.on_hand, mug.reserved, mug.available(), mug.wanted()), (3, 0, 3, 0));
        });
}

#[test]
fn revenue_is_counted_minute_by_minute() {
    let completed = |name: &str, cents| OrderCompleted { order: order(name), total: Cents(cents) };
    let at = |time: &str| time.parse().unwrap();
    project(Revenue)
        .given("order-1", completed("1", 100))
        .at(at("2026-03-01T10:00:30Z"))
        .given("order-2", completed("2", 20))
        .at(at("2026-03-01T10:01:05Z"))
        .given("order-3", completed("3", 3))
        // Some seconds late, as from another machine.
        .at(at("2026-03-01T10:00:58Z"))
        .then_document_with("shop", |takings| {
            let minutes: Vec<_> = takings.minutes().into_values().map(|m| (m.orders, m.revenue)).collect();
            assert_eq!(minutes, [(2, Cents(103)), (1, Cents(20))]);
            assert_eq!((takings.total.revenue, takings.late), (Cents(123), 0));
        });
}

#[test]
fn a_read_model_comes_out_the_same_however_it_is_made() {
    let a = order("a");
    deterministic(|| Board)
        .given(stream("order").as_str(), placed())
        .given(stream("reservation").as_str(), reserved("a", &[("mug", 2)]))
        .given(stream("order").as_str(), OrderCompleted { order: a, total: Cents(6_480) })
        .check();
    deterministic(|| Shelf)
        .given("delivery-mug", delivered("mug", 5))
        .given(stream("reservation").as_str(), reserved("a", &[("mug", 2)]))
        .given(stream("reservation").as_str(), StockReleased { order: a, lines: lines(&[("mug", 2)]) })
        .check();
}
