use crate::http::Client;
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

#[tokio::test]
async fn a_path_to_nowhere_and_a_method_that_is_none() {
    let shop = Client::new().await;
    shop.get("/api/nothing").await.must_be_problem(404, "not-found");
    let wrong = shop.call("DELETE /api/orders", &[], None).await.must(405);
    assert_eq!(wrong.header("allow"), "GET,HEAD");
    wrong.must_be_problem(405, "method-not-allowed");
    for order in
        ["1", "x", "%00", "..", "00000000000040008000000000000000", "{00000000-0000-4000-8000-000000000000}"]
    {
        shop.get(&format!("/api/orders/{order}")).await.must_be_problem(404, "not-found");
    }
    for order in ["%ff", "%c3%28"] {
        shop.get(&format!("/api/orders/{order}")).await.must_be_problem(400, "malformed");
    }
}

#[tokio::test]
async fn a_product_that_there_is_not() {
    let shop = Client::new().await;
    let cart = shop.cart().await;
    for product in ["unknown", "UPPER", "%F0%9F%92%A9", "a%2Fb", &"x".repeat(2_000)] {
        let item = format!("/api/carts/{cart}/items/{product}");
        shop.call(&format!("PUT {item}"), &[], json!({ "quantity": 1 }))
            .await
            .must_be_problem(404, "not-found");
        shop.call(&format!("DELETE {item}"), &[], None).await.must_be_problem(404, "not-found");
        let deliveries = format!("POST /api/products/{product}/deliveries");
        shop.call(&deliveries, &[], json!({ "quantity": 1 })).await.must_be_problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_or_makes_no_sense() {
    let shop = Client::new().await;
    let put = format!("PUT /api/carts/{}/items/mug", shop.cart().await);
    let senseless = [
        json!({}),
        json!({ "quantity": 0 }),
        json!({ "quantity": 100 }),
        json!({ "quantity": -1 }),
        json!({ "quantity": 1.5 }),
        json!({ "quantity": "1" }),
        json!({ "quantity": u64::MAX }),
        json!({ "quantity": 1, "price": 0 }),
        json!([1]),
        json!(null),
    ];
    for body in senseless {
        shop.call(&put, &[], body).await.must_be_problem(422, "senseless");
    }
    let raw = |body: &str, media_type: &str| {
        let (method, path) = put.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path).header("content-type", media_type);
        shop.send(request.body(Body::from(body.to_owned())).unwrap())
    };
    raw("{", "application/json").await.must_be_problem(400, "malformed");
    raw("", "application/json").await.must_be_problem(400, "malformed");
    raw("{\"quantity\": 1}", "text/plain").await.must_be_problem(415, "media-type");
    let large = format!("{{\"quantity\": 1{}}}", " ".repeat(20_000));
    raw(&large, "application/json").await.must_be_problem(413, "too-large");
    raw("{\"quantity\": 1}", "application/json; charset=utf-8").await.must(200);
    raw("{\"quantity\": 2.0}", "application/json").await.must(200);
}

#[tokio::test]
async fn a_customer_must_have_a_name_that_can_be_printed() {
    let shop = Client::new().await;
    let checkout = format!("POST /api/carts/{}/checkout", shop.cart().await);
    let who = |customer: &str, card: &str, country: &str| json!({ "customer": customer, "card": card, "country": country });
    let senseless: [Value; 8] = [
        who("", "valid", "NL"),
        who("  ", "valid", "NL"),
        who(&"x".repeat(81), "valid", "NL"),
        who("a\u{0}b", "valid", "NL"),
        who("Ada", "gold", "NL"),
        who("Ada", "valid", "nl"),
        who("Ada", "valid", "NLD"),
        who("Ada", "valid", "ÄÖ"),
    ];
    for body in senseless {
        shop.call(&checkout, &[], body).await.must_be_problem(422, "senseless");
    }
    shop.call(&checkout, &[], who("Ада 👩‍💻", "valid", "NL")).await.must(202);
}

#[tokio::test]
async fn a_header_that_cannot_be_read() {
    let shop = Client::new().await;
    let long = "x".repeat(201);
    for key in ["", "a b", long.as_str()] {
        shop.call("POST /api/carts", &[("idempotency-key", key)], None)
            .await
            .must_be_problem(400, "malformed");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    shop.call("POST /api/carts", &twice, None).await.must_be_problem(400, "malformed");
    let request = Request::builder().method("POST").uri("/api/carts").header("idempotency-key", &b"\xff"[..]);
    shop.send(request.body(Body::empty()).unwrap()).await.must_be_problem(400, "malformed");
}

#[tokio::test]
async fn more_than_the_storeroom_holds() {
    let shop = Client::new().await;
    let deliver = |quantity: u64| {
        let shop = &shop;
        async move { shop.call("POST /api/products/mug/deliveries", &[], json!({ "quantity": quantity })).await }
    };
    deliver(1_000_001).await.must_be_problem(422, "senseless");
    deliver(0).await.must_be_problem(422, "senseless");
    for _ in 0..999 {
        deliver(1_000_000).await.must(204);
    }
    deliver(1_000_000).await.must_be_problem(409, "conflict");
}
