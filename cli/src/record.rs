//! Events as they are printed by `log` and `show`.

use crate::{
    output::escape,
    payload,
    store::{EventId, EventType, Line, Position, RecordedEvent, StreamId, StreamVersion, Tag, Timestamp},
};
use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::value::RawValue;
use std::fmt;

/// An event for programs: the fields of a line of the exchange format, and what the log adds to them.
#[derive(Serialize)]
pub(crate) struct Record<'a> {
    position: Position,
    stream: &'a StreamId,
    version: StreamVersion,
    #[serde(rename = "type")]
    event_type: &'a EventType,
    time: String,
    time_us: i64,
    recorded_at: String,
    id: EventId,
    type_version: u32,
    tags: &'a [Tag],
    metadata: serde_json::Value,
    #[serde(flatten)]
    payload: Payload,
}

#[derive(Serialize)]
enum Payload {
    #[serde(rename = "data")]
    Json(Box<RawValue>),
    /// Of an event whose payload is not JSON, in hexadecimal digits.
    #[serde(rename = "data_hex")]
    Other(String),
}

impl<'a> Record<'a> {
    pub(crate) fn new(event: &'a RecordedEvent) -> Self {
        Self {
            position: event.position,
            stream: &event.stream,
            version: event.version,
            event_type: &event.event_type,
            time: time(event.time),
            time_us: event.time.timestamp_micros(),
            recorded_at: time(event.recorded_at),
            id: event.id,
            type_version: event.type_version,
            tags: &event.tags,
            metadata: serde_json::to_value(&event.metadata).unwrap_or_default(),
            payload: Payload::of(event),
        }
    }
}

impl Payload {
    fn of(event: &RecordedEvent) -> Self {
        // A line has its data without line breaks, and so must an object that is printed on one line.
        let json = Line::from_event(event).ok().and_then(|line| String::from_utf8(line.data.into()).ok());
        match json.and_then(|json| RawValue::from_string(json).ok()) {
            Some(json) => Self::Json(json),
            None => Self::Other(payload::hex(&event.payload)),
        }
    }
}

/// A moment for people.
pub(crate) fn time(time: Timestamp) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The tags for people, with a space before them if there are any.
pub(crate) fn tags(tags: &[Tag]) -> impl fmt::Display {
    match tags {
        [] => String::new(),
        tags => format!(
            " [{}]",
            tags.iter().map(|tag| escape(tag.as_str()).to_string()).collect::<Vec<_>>().join(", ")
        ),
    }
}
