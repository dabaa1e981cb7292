use super::{LineError, id, parse, write};
use crate::{EventId, EventType, Metadata, NewEvent, RecordedEvent, StreamId, StreamVersion, Tag, Timestamp};
use bytes::Bytes;

/// One event in the [exchange format](super).
///
/// ```
/// use factum_core::ndjson::Line;
///
/// let text = concat!(
///     r#"{"stream":"account-7","version":1,"type":"Opened","time":"1969-12-31T23:59:59.000000Z","#,
///     r#""time_us":-1000000,"data":{"limit":1.50}}"#,
/// );
/// let line = Line::parse(text.as_bytes())?;
/// assert_eq!(line.data, r#"{"limit":1.50}"#);
///
/// let mut written = Vec::new();
/// line.write_to(&mut written);
/// assert_eq!(written, format!("{text}\n").as_bytes());
/// # Ok::<(), factum_core::ndjson::LineError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// The stream.
    pub stream: StreamId,
    /// The event's place in it.
    pub version: StreamVersion,
    /// The event's type.
    pub event_type: EventType,
    /// When it happened.
    pub time: Timestamp,
    /// The payload, a JSON value without line breaks.
    pub data: Bytes,
    /// The id, `None` for the [derived](Line::derived_id) one.
    pub id: Option<EventId>,
    /// The version of the payload's shape.
    pub type_version: u32,
    /// The tags.
    pub tags: Vec<Tag>,
    /// What is known beside the payload.
    pub metadata: Metadata,
}

impl Line {
    /// Reads a line, with or without the line break at its end.
    ///
    /// A time finer than a microsecond is cut off, as stores do. Line breaks between the tokens of the payload become
    /// spaces, so that what is written again is one line.
    ///
    /// # Errors
    /// [`LineError`] naming the field and what is wrong with it. Sizes are not looked at here but by [`NewEvent::check`].
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        parse::line(line)
    }

    /// The line of an event.
    ///
    /// Line breaks between the tokens of its payload become spaces, and white space around it is left out; nothing
    /// else of it changes.
    ///
    /// # Errors
    /// [`LineError`] when the payload is not JSON, or the time has no four-digit year.
    pub fn from_event(event: &RecordedEvent) -> Result<Self, LineError> {
        parse::event(event)
    }

    /// The event to be written, with the id of the line or the [derived](Self::derived_id) one, so that importing a
    /// line twice gives the same event.
    #[must_use]
    pub fn into_event(self) -> NewEvent {
        let id = self.event_id();
        NewEvent {
            type_version: self.type_version,
            ..NewEvent::new(self.stream, self.event_type, self.data)
                .with_id(id)
                .with_time(self.time)
                .with_tags(self.tags)
                .with_metadata(self.metadata)
        }
    }

    /// Appends the line to `out`, with a line break at its end.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        write::line(self, out);
    }

    /// The id of the event: the line's own, or the [derived](Self::derived_id) one.
    #[must_use]
    pub fn event_id(&self) -> EventId {
        self.id.unwrap_or_else(|| Self::derived_id(&self.stream, self.version))
    }

    /// The id of an event that was not given one: a UUID of version 5 over stream and version.
    #[must_use]
    pub fn derived_id(stream: &StreamId, version: StreamVersion) -> EventId {
        id::derived(stream, version)
    }
}
