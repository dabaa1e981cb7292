//! Input that is refused before anything is stored.

use std::fmt;

/// A value that the log cannot hold faithfully, refused before anything was written.
///
/// Every limit is a constant of [`limits`](crate::limits). Retrying the same value fails the same way; over HTTP this
/// is a `400 Bad Request`.
///
/// ```
/// use factum_core::{StreamId, invalid::Field};
///
/// let refused = StreamId::new("account", "").unwrap_err();
/// assert_eq!(refused.field(), Field::StreamKey);
/// assert_eq!(refused.to_string(), "stream key is empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    field: Field,
    reason: Reason,
}

impl Invalid {
    /// A refusal. For the crates that have values of their own to check, such as topics.
    #[must_use]
    pub const fn new(field: Field, reason: Reason) -> Self {
        Self { field, reason }
    }

    /// What was refused.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// Why it was refused.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }
}

/// The part of the input that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The category of a stream.
    Category,
    /// The key of a stream.
    StreamKey,
    /// A whole `category-key`.
    StreamId,
    /// The type name of an event.
    EventType,
    /// The version of the payload's shape.
    TypeVersion,
    /// A tag.
    Tag,
    /// The number of tags on one event.
    TagCount,
    /// The number of types, tags and categories of a query.
    Query,
    /// The bytes of an event.
    Payload,
    /// The metadata of an event.
    Metadata,
    /// The idempotency key of a command.
    IdempotencyKey,
    /// The number of events in one append.
    EventCount,
    /// The expected versions of an append.
    ExpectedVersion,
    /// The name of a consumer.
    ConsumerName,
    /// The key of a message.
    MessageKey,
    /// The name of a collection of documents.
    CollectionName,
    /// The key of a document.
    DocumentKey,
    /// A topic that a message is published under.
    Topic,
    /// The number of words of a topic.
    TopicWords,
    /// A pattern of topics.
    TopicPattern,
    /// The number of words of a pattern of topics.
    TopicPatternWords,
}

/// Why a value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing is there.
    Empty,
    /// It is counted from 1.
    Zero,
    /// Longer than the limit, in the unit of the limit.
    TooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A character that is not allowed.
    Character {
        /// The first such character.
        found: char,
        /// Its offset in bytes.
        at: usize,
    },
    /// No `-` between category and key.
    NoSeparator,
    /// Two dots with nothing in between, or a dot at the beginning or the end.
    EmptyWord {
        /// Where the word would be, an offset in bytes.
        at: usize,
    },
    /// No event has a topic that matches this pattern.
    NoEvent(crate::TopicPattern),
    /// One append names two expected versions for this stream.
    Twice(crate::StreamId),
    /// A field has this name, which belongs to another.
    Reserved(&'static str),
    /// It cannot be encoded; the message says why.
    Encoding(String),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = match self.field {
            Field::Category => "category",
            Field::StreamKey => "stream key",
            Field::StreamId => "stream id",
            Field::EventType => "event type",
            Field::TypeVersion => "type version",
            Field::Tag => "tag",
            Field::TagCount => "list of tags",
            Field::Query => "query",
            Field::Payload => "payload",
            Field::Metadata => "metadata",
            Field::IdempotencyKey => "idempotency key",
            Field::EventCount => "append",
            Field::ExpectedVersion => "expected version",
            Field::ConsumerName => "consumer name",
            Field::MessageKey => "message key",
            Field::CollectionName => "collection name",
            Field::DocumentKey => "document key",
            Field::Topic | Field::TopicWords => "topic",
            Field::TopicPattern | Field::TopicPatternWords => "topic pattern",
        };
        match &self.reason {
            Reason::Empty => write!(f, "{field} is empty"),
            Reason::Zero => write!(f, "{field} is 0, and the first one is 1"),
            Reason::TooLong { length, limit } => {
                write!(f, "{field} has {length} {}, the limit is {limit}", self.unit())
            }
            Reason::Character { found, at } => write!(f, "{field} has the character {found:?} at byte {at}"),
            Reason::NoSeparator => write!(f, "{field} has no '-' between category and key"),
            Reason::EmptyWord { at } => write!(f, "{field} has an empty word at byte {at}"),
            Reason::NoEvent(pattern) => {
                write!(f, "{field} {pattern} matches no event, whose topic is its category, key and type")
            }
            Reason::Twice(stream) => write!(f, "{field} is given twice for stream {stream}"),
            Reason::Reserved(name) => {
                write!(f, "{field} has a field {name:?}, which is a typed field's name")
            }
            Reason::Encoding(why) => write!(f, "{field} cannot be encoded: {why}"),
        }
    }
}

impl Invalid {
    const fn unit(&self) -> &'static str {
        match self.field {
            Field::EventCount => "events",
            Field::TagCount => "tags",
            Field::Query => "types, tags and categories",
            Field::TopicWords | Field::TopicPatternWords => "words",
            _ => "bytes",
        }
    }
}

impl std::error::Error for Invalid {}

/// Refuses empty text, text over `max` bytes, and control characters (NUL among them), which some stores, terminals and
/// brokers cannot carry.
///
/// # Errors
/// [`Invalid`], of `field`.
pub fn check(field: Field, text: &str, max: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(field, Reason::Empty));
    }
    check_length(field, text.len(), max)?;
    // Most text is ASCII, which is looked at faster by bytes, many at a time if none of them ends it.
    if text.bytes().fold(true, |printable, byte| printable & matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    match text.char_indices().find(|(_, c)| c.is_control()) {
        Some((at, found)) => Err(Invalid::new(field, Reason::Character { found, at })),
        None => Ok(()),
    }
}

/// Refuses more than `limit`.
///
/// # Errors
/// [`Invalid`], of `field`.
pub fn check_length(field: Field, length: usize, limit: usize) -> Result<(), Invalid> {
    if length > limit {
        return Err(Invalid::new(field, Reason::TooLong { length, limit }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Field, Invalid, Reason};

    #[test]
    fn a_refusal_says_how_large_and_of_what() {
        let too_long = |field| Invalid::new(field, Reason::TooLong { length: 65, limit: 64 }).to_string();
        assert_eq!(too_long(Field::Payload), "payload has 65 bytes, the limit is 64");
        assert_eq!(too_long(Field::Metadata), "metadata has 65 bytes, the limit is 64");
        assert_eq!(too_long(Field::TagCount), "list of tags has 65 tags, the limit is 64");
        assert_eq!(too_long(Field::EventCount), "append has 65 events, the limit is 64");
        assert_eq!(too_long(Field::Query), "query has 65 types, tags and categories, the limit is 64");
        let twice = Reason::Twice("account-7".parse().expect("a stream"));
        let twice = Invalid::new(Field::ExpectedVersion, twice).to_string();
        assert_eq!(twice, "expected version is given twice for stream account-7");
    }
}
