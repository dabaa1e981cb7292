//! From the checkout to the end, by way of all modules.

use crate::http::Client;
use factum::{Query, prelude::*, store::ReadLog};
use serde_json::{Value, json};
use shop::{
    order::OrderId,
    read::{Board, Status},
    terms::Terms,
};
use std::time::Duration;
use tokio::time::timeout;

/// Long enough that nothing times out which should not, and short enough for a test.
const TERMS: Terms = Terms { pay_within_ms: 150, wait_for_stock_ms: 400, packing_ms: 20 };

/// Waits until an order has come so far; what is shown of it then.
async fn come_to(shop: &Client, order: &str, is_there: impl Fn(Status) -> bool) -> Value {
    let mut seen = shop.app.observe(Board::get(order.parse::<OrderId>().unwrap())).unwrap();
    let there = async { while !seen.next().await.unwrap().is_some_and(|entry| is_there(entry.status)) {} };
    timeout(Duration::from_secs(30), there).await.unwrap_or_else(|_| panic!("{order} does not come so far"));
    shop.get(&format!("/api/orders/{order}")).await.must(200).json()
}

async fn ended(shop: &Client, order: &str) -> Value {
    come_to(shop, order, Status::is_end).await
}

async fn events(shop: &Client, order: &str) -> Vec<String> {
    let history = shop.get(&format!("/api/orders/{order}/history")).await.json();
    let events = history["events"].as_array().unwrap().iter();
    events.map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_is_shipped() {
    let shop = Client::of(Terms { pay_within_ms: 20_000, ..TERMS }).await;
    let order = shop.order("valid", "NL").await;
    assert_eq!(ended(&shop, &order).await["status"], "shipped");
    let expected = [
        "CartOpened",
        "ItemPut",
        "OrderPlaced",
        "StockReserved",
        "PaymentRequested",
        "Charged",
        "PaymentConfirmed",
        "ShipmentPrepared",
        "PackingDone",
        "ShipmentDispatched",
        "StockDispatched",
        "OrderCompleted",
    ];
    assert_eq!(events(&shop, &order).await, expected);
    let late = shop.call(&format!("POST /api/orders/{order}/cancellation"), &[], None).await;
    late.must_be_problem(409, "conflict");
}

/// From the request on, through commands, events, the process and the payment service, to the end.
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_comes_of_a_request_belongs_to_its_trace() {
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let shop = Client::of(Terms { pay_within_ms: 20_000, ..TERMS }).await;
    let order = shop.cart().await;
    let who = json!({ "customer": "Ada", "card": "valid", "country": "NL" });
    shop.call(&format!("POST /api/carts/{order}/checkout"), &[("traceparent", TRACE)], who).await.must(202);
    ended(&shop, &order).await;
    let log = shop.app.store().read_log(ReadLog::new(Query::all())).await.unwrap();
    let mut of_order = log.events.into_iter().filter(|event| event.stream.key() == order);
    of_order.find(|event| event.event_type.as_str() == "OrderPlaced").unwrap();
    let after: Vec<_> = of_order.collect();
    assert_eq!(after.len(), 9);
    let correlation = after[0].metadata.correlation_id;
    for event in after {
        let (metadata, name) = (&event.metadata, &event.event_type);
        assert_eq!(metadata.traceparent.as_deref(), Some(TRACE), "{name}");
        assert!(metadata.causation_id.is_some() && metadata.correlation_id == correlation, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_paid_is_undone() {
    let patient = Terms { pay_within_ms: 20_000, ..TERMS };
    for (card, terms, reason) in [
        ("declined", patient, "payment_declined"),
        ("silent", TERMS, "payment_timed_out"),
        ("slow", TERMS, "payment_timed_out"),
    ] {
        let shop = Client::of(terms).await;
        let order = shop.order(card, "NL").await;
        let end = ended(&shop, &order).await;
        assert_eq!((&end["status"], &end["reason"]), (&json!("cancelled"), &json!(reason)), "{card}");
        assert!(events(&shop, &order).await.contains(&"StockReleased".to_owned()), "{card}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_delivered_is_undone_in_reverse() {
    let shop = Client::of(Terms { pay_within_ms: 20_000, ..TERMS }).await;
    let order = shop.order("valid", "AQ").await;
    assert_eq!(ended(&shop, &order).await["reason"], "undeliverable");
    let events = events(&shop, &order).await;
    let at =
        |name: &str| events.iter().position(|event| event == name).unwrap_or_else(|| panic!("{events:?}"));
    assert!(at("ShipmentRefused") < at("RefundRequested"));
    assert!(at("RefundRequested") < at("StockReleased"));
    assert!(at("StockReleased") < at("OrderCancelled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_payment_service_makes_orders_time_out() {
    let shop = Client::of(TERMS).await;
    shop.call("PUT /api/payment-service", &[], json!({ "running": false })).await.must(200);
    let order = shop.order("valid", "NL").await;
    assert_eq!(ended(&shop, &order).await["reason"], "payment_timed_out");
    let events = events(&shop, &order).await;
    assert!(
        events.contains(&"PaymentOverdue".to_owned()) && !events.contains(&"Charged".to_owned()),
        "{events:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_waits_for_goods_and_gets_them_when_they_come() {
    let shop = Client::of(Terms { pay_within_ms: 20_000, wait_for_stock_ms: 20_000, packing_ms: 0 }).await;
    let buy = |quantity: u32| {
        let shop = &shop;
        async move {
            let cart = shop.call("POST /api/carts", &[], None).await.text("order");
            let put = format!("PUT /api/carts/{cart}/items/kite");
            shop.call(&put, &[], json!({ "quantity": quantity })).await.must(200);
            let who = json!({ "customer": "Ada", "card": "valid", "country": "NL" });
            shop.call(&format!("POST /api/carts/{cart}/checkout"), &[], who).await.must(202);
            cart
        }
    };
    let order = buy(30).await;
    // Those who want less than there is are not held up.
    assert_eq!(ended(&shop, &buy(5).await).await["status"], "shipped");
    assert_eq!(shop.get(&format!("/api/orders/{order}")).await.text("status"), "back_ordered");
    shop.call("POST /api/products/kite/deliveries", &[], json!({ "quantity": 10 })).await.must(204);
    assert_eq!(ended(&shop, &order).await["status"], "shipped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_repents_in_time_gets_everything_back() {
    let shop = Client::of(Terms { pay_within_ms: 20_000, wait_for_stock_ms: 400, packing_ms: 20_000 }).await;
    let order = shop.order("valid", "NL").await;
    come_to(&shop, &order, |status| status == Status::Packing).await;
    shop.call(&format!("POST /api/orders/{order}/cancellation"), &[], None).await.must(202);
    assert_eq!(ended(&shop, &order).await["reason"], "by_customer");
    let events = events(&shop, &order).await;
    for undone in ["ShipmentCancelled", "RefundRequested", "StockReleased"] {
        assert!(events.contains(&undone.to_owned()), "{events:?}");
    }
}
