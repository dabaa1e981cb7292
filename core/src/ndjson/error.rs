use super::Field;
use crate::{Invalid, Timestamp};
use std::fmt;

/// Why a line is not an event, or an event cannot be a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// It is not a JSON object in UTF-8.
    #[error("not a JSON object: {0}")]
    NotAnObject(String),
    /// It has a field that the format does not know.
    #[error("unknown field {0:?}")]
    Unknown(String),
    /// Something is wrong with a field.
    #[error("{field} {problem}")]
    #[non_exhaustive]
    Field {
        /// Which.
        field: Field,
        /// What is wrong with it.
        problem: Problem,
    },
}

impl LineError {
    pub(super) const fn field(field: Field, problem: Problem) -> Self {
        Self::Field { field, problem }
    }
}

impl From<serde_json::Error> for LineError {
    fn from(error: serde_json::Error) -> Self {
        // There is only one line, so its number says nothing beside that of the file.
        Self::NotAnObject(error.to_string().replace(" at line 1 column", " at column"))
    }
}

/// What is wrong with a field of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It is not there.
    Missing,
    /// It is there twice.
    Twice,
    /// It is something else than what stands here, such as "a string".
    IsNot(&'static str),
    /// The log cannot hold it.
    Invalid(Invalid),
    /// `time_us` says something else than `time`.
    DiffersFromTime {
        /// What `time_us` says.
        time_us: i64,
        /// What `time` says.
        time: Timestamp,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Twice => f.write_str("is there twice"),
            Self::IsNot(what) => write!(f, "is not {what}"),
            Self::Invalid(why) => write!(f, "is refused: {why}"),
            Self::DiffersFromTime { time_us, time } => {
                write!(f, "is {time_us}, but time says {}", time.timestamp_micros())
            }
        }
    }
}
