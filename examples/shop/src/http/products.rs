//! What is for sale.

use super::{Problem, Shop, snapshot};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

pub(super) async fn list(State(shop): State<Shop>) -> Result<Response, Problem> {
    let products = snapshot::products(&shop).await?;
    Ok(Json(serde_json::json!({ "products": products })).into_response())
}
