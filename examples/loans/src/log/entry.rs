use crate::domain::{LoanApplication, LoanApplicationEvent, LoanId};
use factum::{
    Aggregate, EventEnum, Invalid, Position, StreamVersion, Timestamp,
    event::{CodecError, DecodeError, NewEvent},
    ndjson::{Line, LineError},
};

/// Something that happened to an application.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The application.
    pub loan: LoanId,
    /// Its place among the application's events.
    pub version: StreamVersion,
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    pub event: LoanApplicationEvent,
}

impl TryFrom<Line> for Entry {
    type Error = EntryError;

    fn try_from(line: Line) -> Result<Self, EntryError> {
        let (stream, version, time) = (line.stream.clone(), line.version, line.time);
        let loan = stream.key().parse().map(LoanId).map_err(|_| EntryError::NoLoan(stream.to_string()))?;
        // A key such as `007` would come back as another stream's.
        if LoanApplication::stream(&loan)? != stream {
            return Err(EntryError::NoLoan(stream.to_string()));
        }
        // Read as if it had been stored, so that there is one way in which payloads become events.
        let recorded = line.into_event().recorded(Position::START, version, time);
        Ok(Self { loan, version, time, event: LoanApplicationEvent::decode(&recorded)? })
    }
}

impl TryFrom<&Entry> for Line {
    type Error = EntryError;

    fn try_from(entry: &Entry) -> Result<Self, EntryError> {
        let stream = LoanApplication::stream(&entry.loan)?;
        let event = NewEvent::encoded(stream, entry.event.encode()?).with_time(entry.time);
        let mut line = Self::from_event(&event.recorded(Position::START, entry.version, entry.time))?;
        line.id = None;
        Ok(line)
    }
}

/// A line of a log is no entry, or the other way round.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// It belongs to something else than a loan application.
    #[error("{0} is not the stream of a loan application")]
    NoLoan(String),
    /// The application's number cannot name a stream.
    #[error(transparent)]
    Stream(#[from] Invalid),
    /// The event is none of those that the domain knows.
    #[error(transparent)]
    Event(#[from] DecodeError),
    /// The event cannot be written.
    #[error(transparent)]
    Payload(#[from] CodecError),
    /// It is not in the exchange format.
    #[error(transparent)]
    Line(#[from] LineError),
}
