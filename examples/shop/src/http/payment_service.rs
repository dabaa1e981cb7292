//! The switch of the payment service.

use super::{
    Problem, Shop,
    input::Body,
    snapshot::{ServiceShown, service},
};
use crate::provider::{StartService, StopService};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use factum::prelude::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Running {
    running: bool,
}

pub(super) async fn show(State(shop): State<Shop>) -> Result<Response, Problem> {
    Ok(Json(service(&shop).await?).into_response())
}

pub(super) async fn switch(
    State(shop): State<Shop>,
    Body(Running { running }): Body<Running>,
) -> Result<Response, Problem> {
    let switched = match running {
        true => shop.app.send(StartService::default()).await.map(drop),
        false => shop.app.send(StopService::default()).await.map(drop),
    };
    switched.map_err(|error: SendError<Never>| Problem::of(error, |never| match *never {}))?;
    Ok(Json(ServiceShown { running }).into_response())
}
