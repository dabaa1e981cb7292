//! Goods that come in.

use super::{
    Kind, Problem, Shop,
    input::{Body, Key, ProductPath, Trace, no_product, whole},
};
use crate::{inventory::DeliverStock, money::Cents, read::Shelf};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use factum::prelude::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delivery {
    #[serde(deserialize_with = "whole")]
    quantity: u32,
}

pub(super) async fn deliver(
    State(shop): State<Shop>,
    ProductPath(product): ProductPath,
    Key(key): Key,
    trace: Trace,
    Body(Delivery { quantity }): Body<Delivery>,
) -> Result<Response, Problem> {
    let wares = shop.app.ask(Shelf::get(product.clone())).await?;
    wares.filter(|wares| wares.price > Cents(0)).ok_or_else(no_product)?;
    let mut delivery = trace.of(shop.app.send(DeliverStock { product, quantity }));
    if let Some(key) = key {
        delivery = delivery.idempotency_key(key);
    }
    delivery.await.map_err(|error| Problem::of(error, |_| Kind::Conflict))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
