use super::{
    Endpoint,
    headers::{ID, SIGNATURE, TIMESTAMP},
};
use crate::{
    CloudEvent,
    cloud_event::{Binding, media_type},
};
use bytes::Bytes;
use factum_core::Timestamp;
use http::{HeaderValue, Request, header};
use http_body_util::Full;

/// Who asks.
const AGENT: &str = concat!("factum/", env!("CARGO_PKG_VERSION"));

/// The request that brings `event` to the endpoint, signed as of now.
pub(super) fn of(
    endpoint: &Endpoint,
    event: &CloudEvent,
    now: Timestamp,
) -> Result<Request<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
    let (attributes, content_type, body) = match endpoint.is_binary {
        true => event.to_binary(Binding::Http),
        false => (Vec::new(), Some(media_type::EVENT.to_owned()), event.to_json()),
    };
    let signature = endpoint.secrets.sign(&event.id, now, &body)?;
    let mut request = Request::post(endpoint.url.as_str())
        .header(header::USER_AGENT, HeaderValue::from_static(AGENT))
        .header(ID, &event.id)
        .header(TIMESTAMP, now.timestamp())
        .header(SIGNATURE, signature);
    for (name, value) in attributes {
        request = request.header(name, value);
    }
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    for (name, value) in &endpoint.headers {
        request = request.header(name, value);
    }
    Ok(request.body(Full::new(body))?)
}
