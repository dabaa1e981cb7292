use crate::http::Client;
use serde_json::{Value, json};

#[tokio::test]
async fn an_order_is_where_the_checkout_says_and_knows_what_was_ordered() {
    let shop = Client::new().await;
    let order = shop.cart().await;
    let who = json!({ "customer": "Ada", "card": "silent", "country": "NL" });
    let placed = shop.call(&format!("POST /api/carts/{order}/checkout"), &[], who).await.must(202);
    assert_eq!(placed.header("location"), format!("/api/orders/{order}"));
    assert_eq!((placed.text("customer"), placed.json()["total"].as_u64()), ("Ada".to_owned(), Some(2_580)));

    let shown = shop.get(placed.header("location")).await.must(200);
    let tag = shown.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", shown.json()["version"]));
    assert_eq!(shown.json()["lines"], json!([{ "product": "mug", "quantity": 2, "price": 1_290 }]));
    let latest = shop.get("/api/orders").await.must(200).json();
    assert_eq!((&latest["orders"][0]["order"], &latest["tally"]["placed"]), (&json!(order), &json!(1)));
    assert_eq!(shop.get(&format!("/api/carts/{order}")).await.text("stage"), "placed");
}

#[tokio::test]
async fn what_was_ordered_can_be_followed_event_by_event() {
    let shop = Client::new().await;
    let order = shop.order("silent", "NL").await;
    let history = shop.get(&format!("/api/orders/{order}/history")).await.must(200).json();
    let events = history["events"].as_array().unwrap();
    let names: Vec<_> = events.iter().filter_map(|event| event["event"].as_str()).take(3).collect();
    assert_eq!(names, ["CartOpened", "ItemPut", "OrderPlaced"]);
    assert_eq!((&events[2]["module"], &events[2]["data"]["customer"]), (&json!("order"), &json!("Ada")));
    let positions: Vec<_> = events.iter().map(|event| event["position"].as_u64().unwrap()).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
}

#[tokio::test]
async fn a_cart_is_no_order_yet() {
    let shop = Client::new().await;
    let cart = shop.cart().await;
    shop.get(&format!("/api/orders/{cart}")).await.must_be_problem(404, "not-found");
    shop.call(&format!("POST /api/orders/{cart}/cancellation"), &[], None)
        .await
        .must_be_problem(409, "conflict");
    let nobody = "00000000-0000-4000-8000-000000000000";
    shop.call(&format!("POST /api/orders/{nobody}/cancellation"), &[], None)
        .await
        .must_be_problem(404, "not-found");
    shop.get(&format!("/api/orders/{nobody}/history")).await.must_be_problem(404, "not-found");
}

#[tokio::test]
async fn the_payment_service_can_be_stopped_and_started() {
    let shop = Client::new().await;
    for running in [true, false, false, true] {
        let switched =
            shop.call("PUT /api/payment-service", &[], json!({ "running": running })).await.must(200);
        assert_eq!(switched.json(), json!({ "running": running }));
        assert_eq!(shop.get("/api/payment-service").await.json()["running"], Value::Bool(running));
    }
}

#[tokio::test]
async fn everything_has_its_price_and_its_quantity() {
    let shop = Client::new().await;
    let products = shop.get("/api/products").await.must(200).json();
    let products = products["products"].as_array().unwrap();
    assert_eq!(products.len(), 12);
    let mug = products.iter().find(|one| one["product"] == "mug").unwrap();
    assert_eq!((&mug["price"], &mug["available"], &mug["wanted"]), (&json!(1_290), &json!(25), &json!(0)));
}
