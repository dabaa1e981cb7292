use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// Why a request was not carried out, as problem details whose type is their status ([RFC 9457, section 4.2.1]).
///
/// [RFC 9457, section 4.2.1]: https://www.rfc-editor.org/rfc/rfc9457#section-4.2.1
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let json = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, json)], body.to_string()).into_response()
}
