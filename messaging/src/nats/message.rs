use crate::{
    CloudEvent,
    cloud_event::{Binding, CloudEventError},
    transport::TransportError,
};
use async_nats::{
    HeaderMap, HeaderName, HeaderValue,
    header::{NATS_EXPECTED_STREAM, NATS_MESSAGE_ID},
};
use bytes::Bytes;
use std::str::FromStr as _;
use uuid::Uuid;

/// An event as a message in binary mode.
pub(super) fn write(event: &CloudEvent) -> Result<(HeaderMap, Bytes), TransportError> {
    let refused = |error| TransportError::new("writing the headers of a message of NATS", error);
    let (attributes, _, data) = event.to_binary(Binding::Nats);
    let mut headers = HeaderMap::new();
    for (name, value) in attributes {
        let name = HeaderName::from_str(&name).map_err(|error| refused(error.to_string()))?;
        headers.insert(name, HeaderValue::from_str(&value).map_err(|error| refused(error.to_string()))?);
    }
    Ok((headers, data))
}

/// The same for a stream, of which the server knows whether it has it already.
pub(super) fn write_for(
    event: &CloudEvent,
    subject: &str,
    stream: &str,
) -> Result<(HeaderMap, Bytes), TransportError> {
    let (mut headers, data) = write(event)?;
    headers.insert(NATS_MESSAGE_ID, id(event, subject, &data));
    // Should another stream take the subject too, its confirmation would not mean that this one has the message.
    headers.insert(NATS_EXPECTED_STREAM, stream);
    Ok((headers, data))
}

/// By which a server recognises a message that it has already: by `source` and `id`, which no two events share (CloudEvents, section
/// "id"), by its subject, since an event may be published under several, and by its data, since not everybody keeps to the first
/// rule, and what was taken for another message would be lost. Short, whatever they are: a server has those of minutes in memory.
fn id(event: &CloudEvent, subject: &str, data: &[u8]) -> String {
    let mut name = Vec::with_capacity(event.source.len() + event.id.len() + subject.len() + data.len() + 3);
    for part in [event.source.as_bytes(), event.id.as_bytes(), subject.as_bytes(), data] {
        name.extend_from_slice(part);
        // In none but the last.
        name.push(0);
    }
    Uuid::new_v5(&Uuid::NAMESPACE_URL, &name).to_string()
}

/// The event of a message in any mode.
pub(super) fn read(headers: Option<&HeaderMap>, payload: Bytes) -> Result<CloudEvent, CloudEventError> {
    let headers = headers.into_iter().flat_map(HeaderMap::iter);
    let headers =
        headers.flat_map(|(name, values)| values.iter().map(move |value| (name.as_ref(), value.as_str())));
    let (mut content_type, mut attributes) = (None, Vec::new());
    for (name, value) in headers {
        let name: &str = name;
        if name.eq_ignore_ascii_case("content-type") {
            content_type = Some(value);
        }
        attributes.push((name, value));
    }
    CloudEvent::from_message(Binding::Nats, content_type, attributes, payload)
}

#[cfg(test)]
mod tests {
    use super::{id, read, write_for};
    use crate::CloudEvent;
    use async_nats::HeaderMap;

    fn event() -> CloudEvent {
        let event = CloudEvent::new("a 1", "/shop", "order.paid").unwrap();
        event.with_subject("größe\u{2028}7").unwrap().with_content_type("text/plain").unwrap().with_data("30")
    }

    #[test]
    fn an_event_comes_back() {
        let (headers, data) = write_for(&event(), "f.a", "f").unwrap();
        assert_eq!(read(Some(&headers), data).unwrap(), event());
    }

    #[test]
    fn structured_mode_is_read_with_and_without_a_content_type() {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", "7");
        assert_eq!(read(Some(&headers), event().to_json()).unwrap(), event());
        headers.insert("Content-Type", "application/cloudevents+json");
        assert_eq!(read(Some(&headers), event().to_json()).unwrap(), event());
        assert_eq!(read(None, event().to_json()).unwrap(), event());
        assert!(read(None, "what?".into()).is_err());
    }

    #[test]
    fn an_id_is_that_of_source_and_id_and_subject_and_data() {
        let other = CloudEvent::new("a 1", "/shop2", "order.paid").unwrap();
        assert_ne!(id(&event(), "a", b"1"), id(&other, "a", b"1"));
        assert_ne!(id(&event(), "a", b"1"), id(&event(), "b", b"1"));
        assert_ne!(id(&event(), "a", b"1"), id(&event(), "a", b"2"));
        assert_eq!(id(&event(), "a", b"1"), id(&event(), "a", b"1"));
    }
}
