//! The page, and the document about the API. They are part of the program.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

/// A page of its own, that nobody shows in theirs, and that loads nothing from elsewhere.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn page() -> Response {
    embedded("text/html; charset=utf-8", include_str!("../web/index.html"))
}

pub(super) async fn style() -> Response {
    embedded("text/css; charset=utf-8", include_str!("../web/app.css"))
}

pub(super) async fn script() -> Response {
    embedded("text/javascript; charset=utf-8", include_str!("../web/app.js"))
}

pub(super) async fn pictures() -> Response {
    embedded("image/svg+xml", include_str!("../web/pictures.svg"))
}

pub(super) async fn document() -> Response {
    embedded("application/json", include_str!("../../api/openapi.json"))
}

fn embedded(media_type: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}
