use crate::http::Client;
use serde_json::json;

#[tokio::test]
async fn a_cart_has_a_place_a_version_and_what_is_put_into_it() {
    let shop = Client::new().await;
    let opened = shop.call("POST /api/carts", &[], None).await.must(201);
    let order = opened.text("order");
    assert_eq!(opened.header("location"), format!("/api/carts/{order}"));
    assert_eq!(opened.header("etag"), "\"1\"");

    let item = format!("/api/carts/{order}/items/mug");
    let put = shop.call(&format!("PUT {item}"), &[], json!({ "quantity": 2 })).await.must(200);
    assert_eq!(put.header("etag"), "\"2\"");
    let line = json!({ "product": "mug", "quantity": 2, "price": 1_290 });
    let cart = json!({ "order": order, "version": 2, "stage": "cart", "lines": [line], "total": 2_580 });
    assert_eq!(put.json(), cart);
    assert_eq!(shop.get(&format!("/api/carts/{order}")).await.must(200).json(), cart);

    let taken = shop.call(&format!("DELETE {item}"), &[], None).await.must(200);
    assert_eq!((taken.header("etag"), taken.json()["total"].as_u64()), ("\"3\"", Some(0)));
    shop.call(&format!("DELETE {item}"), &[], None).await.must_be_problem(404, "not-found");
}

#[tokio::test]
async fn a_change_takes_effect_only_if_nothing_has_changed_since() {
    let shop = Client::new().await;
    let order = shop.cart().await;
    let put = format!("PUT /api/carts/{order}/items/lamp");
    let checkout = format!("POST /api/carts/{order}/checkout");
    let who = json!({ "customer": "Ada", "card": "valid", "country": "NL" });

    shop.call(&put, &[("if-match", "\"1\"")], json!({ "quantity": 1 })).await.must_be_problem(412, "changed");
    shop.call(&put, &[("if-match", "\"never given\"")], json!({ "quantity": 1 }))
        .await
        .must_be_problem(400, "malformed");
    shop.call(&put, &[("if-match", "\"v7\"")], json!({ "quantity": 1 }))
        .await
        .must_be_problem(412, "changed");
    shop.call(&put, &[("if-match", "\"2\"")], json!({ "quantity": 1 })).await.must(200);
    shop.call(&put, &[("if-match", "*")], json!({ "quantity": 2 })).await.must(200);
    shop.call(&checkout, &[("if-match", "\"3\"")], who.clone()).await.must_be_problem(412, "changed");
    shop.call(&checkout, &[("if-match", "\"4\"")], who).await.must(202);
    let item = format!("DELETE /api/carts/{order}/items/lamp");
    shop.call(&item, &[("if-match", "2")], None).await.must_be_problem(400, "malformed");
    shop.call(&item, &[], None).await.must_be_problem(409, "conflict");
}

#[tokio::test]
async fn what_the_client_has_already_is_not_sent_again() {
    let shop = Client::new().await;
    let cart = format!("GET /api/carts/{}", shop.cart().await);
    for same in ["\"2\"", "W/\"2\"", "\"1\", \"2\"", "*"] {
        let answer = shop.call(&cart, &[("if-none-match", same)], None).await.must(304);
        assert!(answer.bytes.is_empty() && answer.header("etag") == "\"2\"", "{same}");
    }
    for other in ["\"1\"", "\"22\"", "2", "nonsense"] {
        shop.call(&cart, &[("if-none-match", other)], None).await.must(200);
    }
}

#[tokio::test]
async fn a_request_that_is_sent_again_with_its_key_is_done_once() {
    let shop = Client::new().await;
    let open = || shop.call("POST /api/carts", &[("idempotency-key", "cart-1")], None);
    let (first, again) = (open().await.must(201), open().await.must(201));
    assert_eq!(first.text("order"), again.text("order"));
    let other = shop.call("POST /api/carts", &[("idempotency-key", "cart-2")], None).await.must(201);
    assert_ne!(first.text("order"), other.text("order"));

    let order = shop.cart().await;
    let who = json!({ "customer": "Ada", "card": "valid", "country": "NL" });
    let checkout = |order: &str, key| {
        let line = format!("POST /api/carts/{order}/checkout");
        let (shop, who) = (&shop, who.clone());
        async move { shop.call(&line, &[("idempotency-key", key)], who).await }
    };
    checkout(&order, "checkout-1").await.must(202);
    checkout(&order, "checkout-1").await.must(202);
    checkout(&order, "checkout-2").await.must_be_problem(409, "conflict");
    checkout(&shop.cart().await, "checkout-1").await.must_be_problem(422, "key-reused");

    let deliver = |key| {
        let headers = [("idempotency-key", key)];
        let shop = &shop;
        async move { shop.call("POST /api/products/kite/deliveries", &headers, json!({ "quantity": 5 })).await }
    };
    for key in ["delivery-1", "delivery-1", "delivery-2"] {
        deliver(key).await.must(204);
    }
    factum::projections::AppExt::caught_up(&shop.app).await.unwrap();
    let products = shop.get("/api/products").await.json();
    let kite = products["products"].as_array().unwrap().iter().find(|one| one["product"] == "kite").unwrap();
    assert_eq!(kite["on_hand"], 35);
}
