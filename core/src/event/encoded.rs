use super::{CodecError, Event, EventType};
use crate::query::Tag;
use bytes::Bytes;
use serde_json::Value;
use std::fmt;

/// An event as it is going to be stored: what [`NewEvent`](super::NewEvent) adds a stream, an id and metadata to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// The type.
    pub event_type: EventType,
    /// The version of the payload's shape.
    pub type_version: u32,
    /// The payload.
    pub payload: Bytes,
    /// The tags.
    pub tags: Vec<Tag>,
}

impl Encoded {
    /// Encodes one event.
    ///
    /// # Errors
    /// [`CodecError`] when the payload or a tag cannot be written.
    pub fn of<E: Event>(event: &E) -> Result<Self, CodecError> {
        use super::Codec as _;
        Ok(Self {
            event_type: const { EventType::from_static(E::TYPE) },
            type_version: E::VERSION,
            payload: E::Codec::encode(event)?,
            tags: event.tags().map_err(CodecError::new)?,
        })
    }

    /// Whether both would be stored as the same event: with the same type, version and tags, and with [the same
    /// payload](same_payload).
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.event_type == other.event_type
            && self.type_version == other.type_version
            && self.tags == other.tags
            && same_payload(&self.payload, &other.payload)
    }
}

/// The event in one line: its type, its tags and its payload.
impl fmt::Display for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.event_type)?;
        if self.type_version > 1 {
            write!(f, " (version {})", self.type_version)?;
        }
        if !self.tags.is_empty() {
            write!(f, " [{}]", self.tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", "))?;
        }
        match self.payload.as_ref() {
            // An event without fields.
            b"null" => Ok(()),
            payload => write!(f, " {}", String::from_utf8_lossy(payload)),
        }
    }
}

/// Whether two payloads are the same, leaving aside the order of the fields of an object, which a `HashMap` does not
/// keep.
#[must_use]
pub fn same_payload(one: &[u8], other: &[u8]) -> bool {
    let sorted = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.sort_unstable();
        bytes
    };
    let value = |bytes| serde_json::from_slice::<Value>(bytes).ok();
    // A `Value` rounds numbers of more than 19 digits, so the digits must be the same too.
    one == other
        || (sorted(one) == sorted(other)
            && value(one).is_some_and(|one| value(other).is_some_and(|other| one == other)))
}

#[cfg(test)]
mod tests {
    use super::same_payload;

    #[test]
    fn payloads_are_the_same_whatever_the_order_of_fields() {
        for (one, other, same) in [
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, true),
            (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#, false),
            (r#"[1,2]"#, r#"[2,1]"#, false),
            ("100000000000000000000000000001", "100000000000000000000000000002", false),
            ("not JSON", "not JSON", true),
            ("not JSON", "JSON not", false),
        ] {
            assert_eq!(same_payload(one.as_bytes(), other.as_bytes()), same, "{one} and {other}");
        }
    }
}
