use super::StoreError;
use crate::{EventId, ExpectedVersion, Invalid, Position, StreamId, StreamVersion};

/// Why an append was not acknowledged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Somebody else was faster. Nothing was written. Load again, decide again, append again; over HTTP a `409
    /// Conflict`, or `412 Precondition Failed` if the caller named the version.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// An event with this id is in the log already. Nothing was written. If it is yours, the append had succeeded
    /// before.
    #[error("event {0} is in the log already")]
    DuplicateEvent(EventId),
    /// The input cannot be stored faithfully. Nothing was written, and trying again fails the same way.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// It may have been written or not. Do not repeat it before having looked its events up.
    #[error(transparent)]
    OutcomeUnknown(#[from] OutcomeUnknown),
    /// The store failed. Nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An append that came too late: what it expected is not, or no longer, true. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// A stream has another version than expected.
    #[error("stream {stream} is at {}, expected {expected}", at(*actual))]
    #[non_exhaustive]
    Version {
        /// The stream.
        stream: StreamId,
        /// What the writer expected.
        expected: ExpectedVersion,
        /// Its version; [`StreamVersion::EMPTY`] if it has no events.
        actual: StreamVersion,
    },
    /// An event that the writer has not seen matches the condition of its append.
    #[error("an event that matches the append's condition was written at position {position}, after {after}")]
    #[non_exhaustive]
    Condition {
        /// Up to where the writer had seen the log.
        after: Position,
        /// A matching event after that.
        position: Position,
    },
}

impl Conflict {
    /// A stream has another version than expected. For stores.
    #[must_use]
    pub const fn version(stream: StreamId, expected: ExpectedVersion, actual: StreamVersion) -> Self {
        Self::Version { stream, expected, actual }
    }

    /// An event matches the condition. For stores.
    #[must_use]
    pub const fn condition(after: Position, position: Position) -> Self {
        Self::Condition { after, position }
    }
}

fn at(version: StreamVersion) -> String {
    match version {
        StreamVersion::EMPTY => "no version (it has no events)".to_owned(),
        version => format!("version {version}"),
    }
}

/// The connection or the disk failed while an append was being committed, so that nobody can say yet whether it was.
///
/// Look its events up with [`EventReader::find`](super::EventReader::find): those of a committed append are all there.
#[derive(Debug, thiserror::Error)]
#[error("it is unknown whether the append of {} events was committed; look up their ids before trying again", events.len())]
pub struct OutcomeUnknown {
    events: Vec<EventId>,
    #[source]
    source: StoreError,
}

impl OutcomeUnknown {
    /// For stores: these events may be in the log.
    #[must_use]
    pub const fn new(events: Vec<EventId>, source: StoreError) -> Self {
        Self { events, source }
    }

    /// The ids of the append's events.
    #[must_use]
    pub fn events(&self) -> &[EventId] {
        &self.events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_says_what_was_expected_and_what_is() {
        let account: StreamId = "account-7".parse().expect("a stream");
        let version = |version| ExpectedVersion::Exact(StreamVersion::new(version));
        let taken = Conflict::version(account.clone(), ExpectedVersion::NoStream, StreamVersion::FIRST);
        assert_eq!(taken.to_string(), "stream account-7 is at version 1, expected no stream");
        let empty = Conflict::version(account, version(3), StreamVersion::EMPTY);
        assert_eq!(
            empty.to_string(),
            "stream account-7 is at no version (it has no events), expected version 3"
        );
        let unseen = Conflict::condition(Position::new(4), Position::new(9));
        assert_eq!(
            unseen.to_string(),
            "an event that matches the append's condition was written at position 9, after 4"
        );
    }
}
