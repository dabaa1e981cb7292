//! How what a process remembers is kept: three kinds of documents in one collection, told apart by how their keys begin.
//!
//! | key | document |
//! |---|---|
//! | `c/{position}/{number}/{instance}` | a command that is not delivered yet |
//! | `d/{time}/{id}` | a deadline that has not been reacted to yet |
//! | `i/{instance}` | an instance |
//!
//! So commands are read in the order in which they were sent, and deadlines in that in which they are due.

use crate::{CorrelationId, EventId, EventType, Position, RecordedEvent, StreamId, Tag, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub(super) const COMMANDS: &str = "c/";
pub(super) const DEADLINES: &str = "d/";
pub(super) const INSTANCES: &str = "i/";

/// The key of an instance's document.
pub(super) fn instance(key: &str) -> String {
    format!("{INSTANCES}{key}")
}

/// The key of the document of the command that an instance has sent for the event at `position`.
pub(super) fn command(position: Position, number: u32, instance: &str) -> String {
    format!("{COMMANDS}{:016x}/{number:08x}/{instance}", position.get())
}

/// The key of a deadline's document.
pub(super) fn deadline(due: Timestamp, id: EventId) -> String {
    // Times before 1970 come first too.
    let sortable = due.timestamp_micros().cast_unsigned() ^ (1 << 63);
    format!("{DEADLINES}{sortable:016x}/{id}")
}

/// An instance as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The version of the state's shape.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub(super) version: u32,
    pub(super) state: Box<RawValue>,
    /// That of the event that started it, which all that it does carries.
    pub(super) correlation: CorrelationId,
    /// The event that started it.
    pub(super) started: Place,
    /// The last event that it has reacted to.
    pub(super) last: Place,
    /// How many commands it has sent.
    #[serde(default)]
    pub(super) sent: u64,
    /// By name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) deadlines: BTreeMap<String, Due>,
}

const fn first() -> u32 {
    1
}

const fn is_first(version: &u32) -> bool {
    *version == 1
}

/// An event that an instance has reacted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// Where it is in the log.
    pub position: u64,
    /// When it happened.
    pub time: Timestamp,
}

impl Place {
    pub(super) const fn of(event: &RecordedEvent) -> Self {
        Self { position: event.position.get(), time: event.time }
    }
}

/// What an instance knows of a deadline of its own: enough to know its event, and to find its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Due {
    pub(super) due: Timestamp,
    /// That of the event that it fires.
    pub(super) id: EventId,
}

/// The event for which an instance has asked for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cause {
    /// Its id.
    pub id: EventId,
    /// Where it is in the log.
    pub position: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Its type.
    pub event_type: String,
    /// That of the instance.
    pub correlation: CorrelationId,
    /// For whom it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The trace that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Cause {
    pub(super) fn new(event: &RecordedEvent, correlation: CorrelationId) -> Self {
        Self {
            id: event.id,
            position: event.position.get(),
            stream: event.stream.clone(),
            event_type: event.event_type.as_str().to_owned(),
            correlation,
            tenant: event.metadata.tenant.clone(),
            traceparent: event.metadata.traceparent.clone(),
        }
    }
}

/// A deadline as it is kept: the event that it fires.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deadline {
    /// What it is called.
    pub name: String,
    /// Of which instance, by its printed key.
    pub instance: String,
    /// When it is due.
    pub due: Timestamp,
    /// The id of the event that it fires.
    pub id: EventId,
    /// The stream that the event goes to.
    pub(super) stream: StreamId,
    /// The type of the event.
    pub(super) event_type: String,
    pub(super) type_version: u32,
    pub(super) payload: Payload,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    /// What it was set for.
    pub cause: Cause,
}

/// A payload as text if it is some, and otherwise as bytes: another codec than JSON may have written it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Payload {
    Text(String),
    Bytes(Vec<u8>),
}

impl Payload {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(bytes.to_vec()),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Deadline {
    /// The key of its document.
    #[must_use]
    pub fn key(&self) -> String {
        deadline(self.due, self.id)
    }

    /// Whether this is the key of a deadline's document.
    #[must_use]
    pub fn is_kept_under(key: &str) -> bool {
        key.starts_with(DEADLINES)
    }

    /// What is appended when it is due.
    ///
    /// # Errors
    /// [`Invalid`](crate::Invalid) when its type's name cannot be one, which it could when it was kept.
    pub fn into_event(self) -> Result<crate::NewEvent, crate::Invalid> {
        let mut metadata = crate::Metadata::default().with("deadline", self.name);
        metadata.correlation_id = Some(self.cause.correlation);
        metadata.causation_id = Some(crate::CausationId(self.cause.id.0));
        metadata.tenant = self.cause.tenant;
        metadata.traceparent = self.cause.traceparent;
        let event_type = EventType::new(self.event_type)?;
        let mut event =
            crate::NewEvent::from_parts(self.id, self.stream, event_type, self.payload.into_bytes())
                .with_tags(self.tags)
                .with_metadata(metadata)
                .with_time(self.due);
        event.type_version = self.type_version;
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn keys_are_in_the_order_of_what_they_stand_for() {
        let id = EventId(uuid::Uuid::nil());
        let times = [i64::from(i32::MIN), -1, 0, 1, 1_700_000_000_000_000, 8_000_000_000_000_000];
        let keys = times.map(|time| deadline(DateTime::from_timestamp_micros(time).expect("a time"), id));
        assert!(keys.is_sorted(), "{keys:?}");
        let sent = [(1, 0), (1, 1), (1, 16), (2, 0), (255, 1), (256, 0), (u64::MAX, 0)];
        let keys = sent.map(|(position, number)| command(Position::new(position), number, "a"));
        assert!(keys.is_sorted(), "{keys:?}");
        assert!(command(Position::new(u64::MAX), u32::MAX, "z") < deadline(DateTime::UNIX_EPOCH, id));
    }
}
