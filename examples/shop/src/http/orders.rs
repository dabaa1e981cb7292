//! Orders, as the read side has them.

use super::{
    Problem, Shop, carts,
    input::{Key, OrderPath, Trace, no_order},
    snapshot::OrderShown,
    version::{tagged, with_tag},
};
use crate::{
    order::{OrderId, RequestCancellation},
    read::{Board, Entry, GetRecent},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use factum::{Receipt, prelude::*};
use std::time::Duration;
use tokio::time::timeout;

/// So long a request waits for a read model. One that is further behind than that answers from what it knows.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn latest(State(shop): State<Shop>) -> Result<Response, Problem> {
    let summary = shop.app.ask(GetRecent).await?;
    let orders: Vec<_> = summary.orders.iter().map(|row| OrderShown::new(row.order, &row.entry)).collect();
    Ok(Json(serde_json::json!({ "orders": orders, "tally": summary.tally })).into_response())
}

pub(super) async fn show(
    State(shop): State<Shop>,
    OrderPath(order): OrderPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let entry = shop.app.ask(Board::get(order)).await?.ok_or_else(no_order)?;
    Ok(tagged(entry.version, &headers, Json(OrderShown::new(order, &entry))))
}

/// Whether it comes in time, only the fulfilment of the order can tell; so all that is promised is to ask.
pub(super) async fn cancel(
    State(shop): State<Shop>,
    OrderPath(order): OrderPath,
    Key(key): Key,
    trace: Trace,
) -> Result<Response, Problem> {
    let mut request = trace.of(shop.app.send(RequestCancellation { order }));
    if let Some(key) = key {
        request = request.idempotency_key(key);
    }
    let done = request.await.map_err(|error| carts::refused(error, false))?;
    Ok((StatusCode::ACCEPTED, after(&shop, order, &done.receipt).await?).into_response())
}

/// The order, as it is after this append.
pub(super) async fn after(shop: &Shop, order: OrderId, receipt: &Receipt) -> Result<Response, Problem> {
    let known: Option<Entry> = match timeout(PATIENCE, shop.app.ask(Board::get(order)).after(receipt)).await {
        Ok(entry) => entry?,
        Err(_) => shop.app.ask(Board::get(order)).await?,
    };
    let entry = known.unwrap_or_default();
    Ok(with_tag(entry.version, Json(OrderShown::new(order, &entry))))
}
