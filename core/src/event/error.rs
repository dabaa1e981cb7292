use super::{CodecError, EventType, RecordedEvent};
use crate::{Position, StreamId, StreamVersion};

/// A stored event that the code cannot read. Names the event, so that it can be looked at (`factum show STREAM`).
#[derive(Debug, thiserror::Error)]
#[error(
    "reading {event_type} (version {type_version} of its payload) at {stream} version {version}, position {position}"
)]
#[non_exhaustive]
pub struct DecodeError {
    /// The event's stream.
    pub stream: StreamId,
    /// The event's version in it.
    pub version: StreamVersion,
    /// The event's position in the log.
    pub position: Position,
    /// The stored type.
    pub event_type: EventType,
    /// The version of the payload's shape that was stored.
    pub type_version: u32,
    #[source]
    why: Why,
}

#[derive(Debug, thiserror::Error)]
enum Why {
    #[error("the type is none of those that are expected here")]
    UnknownType,
    #[error("the payload does not fit the type")]
    Payload(#[source] CodecError),
}

impl DecodeError {
    /// The type of `event` is not known here.
    #[must_use]
    pub fn unknown_type(event: &RecordedEvent) -> Self {
        Self::new(event, Why::UnknownType)
    }

    /// The payload of `event` could not be read.
    #[must_use]
    pub fn payload(event: &RecordedEvent, source: CodecError) -> Self {
        Self::new(event, Why::Payload(source))
    }

    /// Whether the type, rather than the payload, was the reason.
    #[must_use]
    pub const fn is_unknown_type(&self) -> bool {
        matches!(self.why, Why::UnknownType)
    }

    fn new(event: &RecordedEvent, why: Why) -> Self {
        Self {
            stream: event.stream.clone(),
            version: event.version,
            position: event.position,
            event_type: event.event_type.clone(),
            type_version: event.type_version,
            why,
        }
    }
}
