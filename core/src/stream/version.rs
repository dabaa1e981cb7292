use crate::number::number_newtype;
use std::fmt;

number_newtype! {
    /// The place of an event in its stream: the first event has version 1, and there are no gaps.
    ///
    /// As the version *of a stream* it is the version of its last event, or [`StreamVersion::EMPTY`].
    StreamVersion
}

impl StreamVersion {
    /// The version of a stream that has no events.
    pub const EMPTY: Self = Self(0);

    /// The version of a stream's first event.
    pub const FIRST: Self = Self(1);
}

/// What a writer expects of a stream when its append happens; otherwise the append is a
/// [`Conflict`](crate::Conflict) and writes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExpectedVersion {
    /// Nothing.
    #[default]
    Any,
    /// It has no events.
    NoStream,
    /// It has at least one event.
    StreamExists,
    /// Its last event has this version. `Exact(StreamVersion::EMPTY)` means the same as `NoStream`.
    Exact(StreamVersion),
}

impl ExpectedVersion {
    /// Whether a stream whose version is `actual` is as expected.
    #[must_use]
    pub fn is_met_by(self, actual: StreamVersion) -> bool {
        match self {
            Self::Any => true,
            Self::NoStream => actual == StreamVersion::EMPTY,
            Self::StreamExists => actual != StreamVersion::EMPTY,
            Self::Exact(version) => actual == version,
        }
    }
}

impl fmt::Display for ExpectedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any version"),
            Self::NoStream => f.write_str("no stream"),
            Self::StreamExists => f.write_str("an existing stream"),
            Self::Exact(version) => write!(f, "version {version}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn none_is_beyond_the_largest_wherever_it_comes_from() {
        assert_eq!(StreamVersion::new(u64::MAX), StreamVersion::MAX);
        let read: StreamVersion = serde_json::from_str(&u64::MAX.to_string()).unwrap();
        assert_eq!(read, StreamVersion::MAX);
        let read: StreamVersion = serde_json::from_str("7").unwrap();
        assert_eq!((read.get(), serde_json::to_string(&read).unwrap()), (7, "7".to_owned()));
    }
}
