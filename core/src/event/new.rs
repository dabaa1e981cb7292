use super::{CodecError, Encoded, Event, EventType};
use crate::{
    Invalid, Metadata, Position, RecordedEvent, StreamId, StreamVersion, Timestamp,
    id::uuid_newtype,
    invalid::{Field, Reason, check_length},
    limits,
    query::Tag,
    time::to_micros,
};
use bytes::Bytes;

uuid_newtype! {
    /// Names one event for ever; no two events of a log share one.
    EventId
}

/// An event to be written to a stream.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NewEvent {
    /// The stream that it is written to.
    pub stream: StreamId,
    /// Its id.
    pub id: EventId,
    /// Its type.
    pub event_type: EventType,
    /// The version of the payload's shape, from 1.
    pub type_version: u32,
    /// The tags by which it can be found across streams, in the order in which they come back.
    pub tags: Vec<Tag>,
    /// The payload; comes back exactly as it was given.
    pub payload: Bytes,
    /// What is known beside the payload.
    pub metadata: Metadata,
    /// When it happened, if that is not when it is recorded.
    pub time: Option<Timestamp>,
}

impl NewEvent {
    /// An event from its raw parts, with a new id.
    #[must_use]
    pub fn new(stream: StreamId, event_type: EventType, payload: impl Into<Bytes>) -> Self {
        Self::from_parts(EventId::random(), stream, event_type, payload)
    }

    /// An event from its raw parts, with the id that it has already. For stores, and for events that come from
    /// elsewhere.
    #[must_use]
    #[inline]
    pub fn from_parts(
        id: EventId,
        stream: StreamId,
        event_type: EventType,
        payload: impl Into<Bytes>,
    ) -> Self {
        Self {
            stream,
            id,
            event_type,
            type_version: 1,
            tags: Vec::new(),
            payload: payload.into(),
            metadata: Metadata::default(),
            time: None,
        }
    }

    /// An event of a Rust type.
    ///
    /// # Errors
    /// [`CodecError`] when the payload or a tag cannot be written.
    pub fn of<E: Event>(stream: StreamId, event: &E) -> Result<Self, CodecError> {
        Ok(Self::encoded(stream, Encoded::of(event)?))
    }

    /// An event that is already encoded.
    #[must_use]
    pub fn encoded(stream: StreamId, encoded: Encoded) -> Self {
        Self {
            type_version: encoded.type_version,
            tags: encoded.tags,
            ..Self::new(stream, encoded.event_type, encoded.payload)
        }
    }

    /// With this id instead of a new one, so that a second attempt to write it is noticed.
    #[must_use]
    pub const fn with_id(mut self, id: EventId) -> Self {
        self.id = id;
        self
    }

    /// Happened at `time`; anything finer than a microsecond is cut off.
    #[must_use]
    pub fn with_time(mut self, time: Timestamp) -> Self {
        self.time = Some(to_micros(time));
        self
    }

    /// With these tags.
    #[must_use]
    pub fn with_tags(mut self, tags: impl IntoIterator<Item = Tag>) -> Self {
        self.tags = tags.into_iter().collect();
        self
    }

    /// With this metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Checks the sizes against [`limits`], and what its types leave open. Stores call it before they write.
    ///
    /// # Errors
    /// [`Invalid`] naming the part that is too large, that cannot be read back, or a payload's version that is 0.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.type_version == 0 {
            return Err(Invalid::new(Field::TypeVersion, Reason::Zero));
        }
        check_length(Field::Payload, self.payload.len(), limits::PAYLOAD_BYTES)?;
        check_length(Field::TagCount, self.tags.len(), limits::TAGS)?;
        if !self.metadata.is_empty() {
            self.metadata.to_bytes()?;
        }
        Ok(())
    }

    /// The event as read back once it has its place. For stores.
    #[must_use]
    #[inline]
    pub fn recorded(
        self,
        position: Position,
        version: StreamVersion,
        recorded_at: Timestamp,
    ) -> RecordedEvent {
        RecordedEvent {
            position,
            stream: self.stream,
            version,
            id: self.id,
            event_type: self.event_type,
            type_version: self.type_version,
            tags: self.tags,
            payload: self.payload,
            metadata: self.metadata,
            time: self.time.unwrap_or(recorded_at),
            recorded_at,
        }
    }
}
