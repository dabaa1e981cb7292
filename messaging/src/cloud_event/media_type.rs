//! The content types of messages.

/// One event as JSON (JSON format, [section 3]).
///
/// [section 3]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/formats/json-format.md#3-envelope
pub const EVENT: &str = "application/cloudevents+json";
/// Several events as JSON (JSON format, [section 4.2]).
///
/// [section 4.2]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/formats/json-format.md#42-envelope
pub const BATCH: &str = "application/cloudevents-batch+json";
/// Data that is JSON.
pub const JSON: &str = "application/json";
/// Data that is anything else.
pub const BYTES: &str = "application/octet-stream";

/// Whether data of this type is JSON: its subtype is `json` or ends in `+json` (JSON format, [section 3.1.1]).
///
/// [section 3.1.1]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/formats/json-format.md#311-payload-serialization
#[must_use]
pub fn is_json(content_type: &str) -> bool {
    let essence = essence(content_type);
    essence.split_once('/').is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"))
}

/// Type and subtype, without parameters, in lower case.
pub(super) fn essence(content_type: &str) -> String {
    let essence = content_type.split_once(';').map_or(content_type, |(essence, _)| essence);
    essence.trim().to_ascii_lowercase()
}
