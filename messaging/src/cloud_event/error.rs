use factum_core::{Invalid, event::DecodeError};
use std::fmt;

/// Why something is not an event of CloudEvents, or not an event that this application can use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloudEventError {
    /// It is not what it should be as JSON: an object for one event, an array for a batch.
    #[error("not {expected} in JSON: {why}")]
    #[non_exhaustive]
    Json {
        /// What was expected.
        expected: &'static str,
        /// What the reader said.
        why: String,
    },
    /// Something is wrong with an attribute, or with a member of the JSON object such as `data`.
    #[error("{} {problem}", attribute.escape_debug())]
    #[non_exhaustive]
    Attribute {
        /// Which.
        attribute: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The message holds a batch of events ([`CloudEvent::from_json_batch`](super::CloudEvent::from_json_batch)).
    #[error("a batch of events, where one is expected")]
    Batch,
    /// The message holds an event in a format other than JSON; here is its media type.
    #[error("{0:?} is a format of events that is not known here")]
    Format(String),
    /// Something is wrong with one event of a batch.
    #[error("event {index} of the batch: {why}")]
    #[non_exhaustive]
    InBatch {
        /// Which, from 0.
        index: usize,
        /// What is wrong with it.
        why: Box<CloudEventError>,
    },
    /// The event is of a known type, and its data cannot be read as one.
    #[error(transparent)]
    Data(#[from] DecodeError),
}

impl CloudEventError {
    pub(super) fn attribute(attribute: impl Into<String>, problem: Problem) -> Self {
        Self::Attribute { attribute: attribute.into(), problem }
    }

    pub(super) fn json(expected: &'static str, why: impl fmt::Display) -> Self {
        Self::Json { expected, why: why.to_string() }
    }
}

/// What is wrong with an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It is not there.
    Missing,
    /// It is there twice.
    Twice,
    /// It is there without a value.
    Empty,
    /// It is something else than what stands here, such as "a string".
    IsNot(&'static str),
    /// Its value has a character that is not allowed there.
    #[non_exhaustive]
    Character {
        /// The first such character.
        found: char,
        /// Its offset in bytes.
        at: usize,
    },
    /// It is there beside another one that excludes it.
    Beside(&'static str),
    /// An attribute's name has lower-case letters and digits only, and this one has not.
    Name,
    /// The name is that of an attribute of the specification, or of the data, and not an extension's.
    Reserved,
    /// The log cannot hold it.
    Invalid(Invalid),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Twice => f.write_str("is there twice"),
            Self::Empty => f.write_str("is empty"),
            Self::IsNot(what) => write!(f, "is not {what}"),
            Self::Character { found, at } => write!(f, "has the character {found:?} at byte {at}"),
            Self::Beside(other) => write!(f, "is there beside {other}"),
            Self::Name => f.write_str("is not a name of lower-case letters and digits"),
            Self::Reserved => f.write_str("is not the name of an extension"),
            Self::Invalid(why) => write!(f, "is refused: {why}"),
        }
    }
}
