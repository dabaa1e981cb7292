use crate::{Invalid, StreamId, invalid::Field, limits};
use std::{fmt, str::FromStr};

/// What events are kept in order with: when one of them cannot be applied, the later ones of its lane wait for it, and no
/// others.
///
/// It is printed, and read, as `stream account-7` or `document 7`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// The events of a stream.
    Stream(StreamId),
    /// The events of a view's document, by its key.
    Document(String),
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(stream) => write!(f, "stream {stream}"),
            Self::Document(key) => write!(f, "document {key}"),
        }
    }
}

impl FromStr for Lane {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split_once(' ') {
            Some(("document", key)) => {
                crate::invalid::check(Field::DocumentKey, key, limits::DOCUMENT_KEY_BYTES)?;
                Ok(Self::Document(key.to_owned()))
            }
            Some(("stream", stream)) => Ok(Self::Stream(stream.parse()?)),
            // As a stream is printed elsewhere.
            _ => Ok(Self::Stream(text.parse()?)),
        }
    }
}

impl From<StreamId> for Lane {
    fn from(stream: StreamId) -> Self {
        Self::Stream(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::Lane;
    use crate::StreamId;

    #[test]
    fn a_lane_is_read_as_it_is_printed() {
        let stream = StreamId::new("account", "a b-c").expect("a stream");
        for lane in [Lane::Stream(stream.clone()), Lane::Document("stream 7".to_owned())] {
            assert_eq!(lane.to_string().parse(), Ok(lane));
        }
        assert_eq!("account-a b-c".parse(), Ok(Lane::Stream(stream)));
        for refused in ["document ", "stream", "stream account", "", "7"] {
            assert!(refused.parse::<Lane>().is_err(), "{refused:?}");
        }
    }
}
