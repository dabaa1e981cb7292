use super::{DecodeError, EventEnum, EventId, EventType};
use crate::{Metadata, Position, StreamId, StreamVersion, Timestamp, query::Tag};
use bytes::Bytes;

/// An event as read back from a store.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedEvent {
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// Its place in the stream.
    pub version: StreamVersion,
    /// Its id.
    pub id: EventId,
    /// Its type.
    pub event_type: EventType,
    /// The version of the payload's shape.
    pub type_version: u32,
    /// Its tags, in the order in which they were written.
    pub tags: Vec<Tag>,
    /// The payload, exactly as it was written.
    pub payload: Bytes,
    /// What is known beside the payload.
    pub metadata: Metadata,
    /// When it happened: what its writer said, otherwise when it was recorded.
    pub time: Timestamp,
    /// When it was recorded, by the store's clock.
    pub recorded_at: Timestamp,
}

impl RecordedEvent {
    /// The event as a Rust type, with its record.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not one of the events of `E`, or cannot be read as one.
    pub fn decode<E: EventEnum>(self) -> Result<Recorded<E>, DecodeError> {
        Ok(Recorded { event: E::decode(&self)?, record: self })
    }
}

/// An event as a Rust type, and where and when it was recorded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recorded<E> {
    /// The event.
    pub event: E,
    /// What was read from the store.
    pub record: RecordedEvent,
}

impl AsRef<Self> for RecordedEvent {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl<E> AsRef<RecordedEvent> for Recorded<E> {
    fn as_ref(&self) -> &RecordedEvent {
        &self.record
    }
}

impl<E> Recorded<E> {
    /// When it happened.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.record.time
    }

    /// Its stream.
    #[must_use]
    pub const fn stream(&self) -> &StreamId {
        &self.record.stream
    }

    /// Its place in the stream.
    #[must_use]
    pub const fn version(&self) -> StreamVersion {
        self.record.version
    }

    /// Its place in the log.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.record.position
    }
}
