use super::{
    Problem, Shop, carts, deliveries, history, live, orders, payment_service,
    problem::{self, Kind},
    products, site,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, Uri},
    routing::{MethodRouter, delete, get, post, put},
};

/// A body has so many bytes at most.
const LARGEST: usize = 16 * 1_024;

/// Every method of every path.
pub const ROUTES: [(&str, &str); 20] = [
    ("GET", "/"),
    ("GET", "/app.css"),
    ("GET", "/app.js"),
    ("GET", "/pictures.svg"),
    ("GET", "/openapi.json"),
    ("GET", "/problems"),
    ("GET", "/api/products"),
    ("POST", "/api/products/{product}/deliveries"),
    ("POST", "/api/carts"),
    ("GET", "/api/carts/{order}"),
    ("PUT", "/api/carts/{order}/items/{product}"),
    ("DELETE", "/api/carts/{order}/items/{product}"),
    ("POST", "/api/carts/{order}/checkout"),
    ("GET", "/api/orders"),
    ("GET", "/api/orders/{order}"),
    ("GET", "/api/orders/{order}/history"),
    ("POST", "/api/orders/{order}/cancellation"),
    ("GET", "/api/live"),
    ("GET", "/api/payment-service"),
    ("PUT", "/api/payment-service"),
];

/// The shop, as a service.
///
/// # Panics
/// If there is no handler for one of [`ROUTES`], which a test would have told.
pub fn router(shop: Shop) -> Router {
    let mut router = Router::new();
    for (method, path) in ROUTES {
        router = router.route(path, handler(method, path));
    }
    router
        .method_not_allowed_fallback(wrong_method)
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(shop)
}

fn handler(method: &str, path: &str) -> MethodRouter<Shop> {
    match (method, path) {
        ("GET", "/") => get(site::page),
        ("GET", "/app.css") => get(site::style),
        ("GET", "/app.js") => get(site::script),
        ("GET", "/pictures.svg") => get(site::pictures),
        ("GET", "/openapi.json") => get(site::document),
        ("GET", "/problems") => get(problem::list),
        ("GET", "/api/products") => get(products::list),
        ("POST", "/api/products/{product}/deliveries") => post(deliveries::deliver),
        ("POST", "/api/carts") => post(carts::open),
        ("GET", "/api/carts/{order}") => get(carts::show),
        ("PUT", "/api/carts/{order}/items/{product}") => put(carts::put_item),
        ("DELETE", "/api/carts/{order}/items/{product}") => delete(carts::take_item),
        ("POST", "/api/carts/{order}/checkout") => post(carts::checkout),
        ("GET", "/api/orders") => get(orders::latest),
        ("GET", "/api/orders/{order}") => get(orders::show),
        ("GET", "/api/orders/{order}/history") => get(history::of_order),
        ("POST", "/api/orders/{order}/cancellation") => post(orders::cancel),
        ("GET", "/api/live") => get(live::feed),
        ("GET", "/api/payment-service") => get(payment_service::show),
        ("PUT", "/api/payment-service") => put(payment_service::switch),
        _ => panic!("{method} {path} has no handler"),
    }
}

async fn nowhere(uri: Uri) -> Problem {
    Problem::new(Kind::NotFound, format!("there is nothing at {}", uri.path()))
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    Problem::new(Kind::MethodNotAllowed, format!("{} cannot be done with {}", method.as_str(), uri.path()))
}
