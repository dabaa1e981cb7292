use crate::http::Client;
use serde_json::Value;
use shop::http::{Kind, ROUTES};
use std::collections::BTreeSet;

async fn document() -> Value {
    Client::new().await.get("/openapi.json").await.must(200).json()
}

#[tokio::test]
async fn every_route_is_in_the_document_and_nothing_else_is() {
    let document = document().await;
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        described
            .extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    let routes = ROUTES.map(|(method, path)| (method.to_owned(), path.to_owned()));
    assert_eq!(described, BTreeSet::from(routes));
    assert_eq!(document["openapi"], "3.1.0");
}

/// A reference that leads nowhere would make half of the document mean nothing.
#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document().await;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50, "{}", references.len());
    for reference in references {
        let target = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(target.is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| collect(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

/// What really comes has the fields that the document says, and no others.
#[tokio::test]
async fn answers_have_the_fields_that_are_described() {
    let (document, shop) = (document().await, Client::new().await);
    let order = shop.order("silent", "NL").await;
    for (path, field, schema) in [
        (format!("/api/carts/{order}"), "", "Cart"),
        (format!("/api/orders/{order}"), "", "Order"),
        ("/api/orders".to_owned(), "/orders/0", "Order"),
        ("/api/orders".to_owned(), "/tally", "Tally"),
        ("/api/products".to_owned(), "/products/0", "Product"),
        (format!("/api/orders/{order}/history"), "/events/0", "Happened"),
        ("/api/payment-service".to_owned(), "", "PaymentService"),
        ("/api/nothing".to_owned(), "", "Problem"),
    ] {
        let answer = shop.get(&path).await.json();
        let has: BTreeSet<_> = answer.pointer(field).unwrap().as_object().unwrap().keys().cloned().collect();
        let described = &document["components"]["schemas"][schema]["properties"];
        let described: BTreeSet<_> = described.as_object().unwrap().keys().cloned().collect();
        assert_eq!(has, described, "{path}");
    }
}

#[tokio::test]
async fn every_type_of_problem_has_its_place_on_the_page() {
    let page = Client::new().await.get("/problems").await.must(200);
    let page = String::from_utf8(page.bytes).unwrap();
    assert_eq!(page.matches("<dt id=").count(), Kind::ALL.len());
    for anchor in ["malformed", "changed", "key-reused"] {
        assert!(page.contains(&format!("<dt id=\"{anchor}\">")), "{anchor}");
    }
}

#[tokio::test]
async fn the_page_is_part_of_the_program_and_loads_nothing_from_elsewhere() {
    let shop = Client::new().await;
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/app.css", "text/css; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/pictures.svg", "image/svg+xml"),
    ] {
        let answer = shop.get(path).await.must(200);
        assert_eq!(answer.header("content-type"), media_type);
        assert!(answer.header("content-security-policy").starts_with("default-src 'self';"));
        let text = String::from_utf8(answer.bytes).unwrap();
        for address in ["https://", "//cdn"] {
            assert!(!text.contains(address), "{path} has {address}");
        }
    }
}
