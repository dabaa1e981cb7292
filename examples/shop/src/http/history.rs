//! What has happened to an order, in all modules.

use super::{
    Problem, Shop,
    input::{OrderPath, no_order},
};
use crate::order::OrderId;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use factum::{
    EventReader, Invalid, Position, Query, QueryItem, RecordedEvent, StoreError, StreamId, Tag, Timestamp,
    prelude::*,
    store::{ReadLog, ReadStream},
};

/// The categories of the streams that have the number of the order as their key.
const STREAMS: [&str; 6] =
    ["order", "payment", "shipment", "provider_account", "process.fulfilment", "process.late_answers"];

/// An event.
#[derive(Debug, Serialize)]
struct Happened {
    position: Position,
    module: String,
    event: String,
    stream: StreamId,
    version: u64,
    time: Timestamp,
    data: Option<serde_json::Value>,
}

impl From<RecordedEvent> for Happened {
    fn from(event: RecordedEvent) -> Self {
        Self {
            position: event.position,
            module: module(event.stream.category()).to_owned(),
            event: event.event_type.to_string(),
            version: event.version.get(),
            time: event.time,
            data: serde_json::from_slice(&event.payload).ok(),
            stream: event.stream,
        }
    }
}

/// Which module writes to the streams of a category.
fn module(category: &str) -> &str {
    match category {
        "reservation" | "delivery" | "back_orders" => "inventory",
        "shipment" => "shipping",
        "provider_account" | "process.late_answers" => "payment service",
        "process.fulfilment" => "fulfilment",
        other => other,
    }
}

pub(super) async fn of_order(
    State(shop): State<Shop>,
    OrderPath(order): OrderPath,
) -> Result<Response, Problem> {
    let mut events = read(&**shop.app.store(), order).await?;
    if events.is_empty() {
        return Err(no_order());
    }
    events.sort_unstable_by_key(|event| event.position);
    let events: Vec<_> = events.into_iter().map(Happened::from).collect();
    Ok(Json(serde_json::json!({ "events": events })).into_response())
}

async fn read(log: &(impl EventReader + ?Sized), order: OrderId) -> Result<Vec<RecordedEvent>, Problem> {
    let failed = |error: StoreError| Problem::failure(&error);
    let unnamed = |invalid: Invalid| Problem::failure(&invalid);
    // Those of the storeroom are found by their tag, whichever stream they are in.
    let tagged = Query::any_of([QueryItem::tags([Tag::of("order", order).map_err(unnamed)?])]);
    let mut events = log.read_log(ReadLog::new(tagged)).await.map_err(failed)?.events;
    for category in STREAMS {
        let stream = StreamId::of(category, order).map_err(unnamed)?;
        events.extend(log.read_stream(ReadStream::new(stream)).await.map_err(failed)?.events);
    }
    Ok(events)
}
