//! Events as they lie in a row.

use crate::{
    names::Names,
    place::{stream_of, version_of},
};
use bytes::{Bytes, BytesMut};
use chrono::DateTime;
use factum_core::{
    EventId, EventType, Metadata, NewEvent, Position, RecordedEvent, StoreError, StreamId, StreamVersion,
    Tag, Timestamp,
};
use foldhash::HashMap;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::error::Error;
use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};
use uuid::Uuid;

/// PostgreSQL counts from 2000, Unix from 1970.
const EPOCH: i64 = 946_684_800_000_000;

/// A `timestamptz`, which every time in a row is in range of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Micros(pub(crate) i64);

impl<'a> FromSql<'a> for Micros {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::from_2000(i64::from_be_bytes(raw.try_into()?)))
    }

    fn accepts(found: &Type) -> bool {
        *found == Type::TIMESTAMPTZ
    }
}

impl Micros {
    pub(crate) fn time(self) -> Result<Timestamp, StoreError> {
        DateTime::from_timestamp_micros(self.0)
            .ok_or_else(|| StoreError::corrupt("reading an event", "a time is out of range"))
    }

    /// As PostgreSQL sends it.
    pub(crate) const fn from_2000(micros: i64) -> Self {
        Self(micros.saturating_add(EPOCH))
    }

    pub(crate) const fn since_2000(self) -> i64 {
        self.0 - EPOCH
    }
}

/// What few events have, as JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct Details<'a> {
    /// When it happened, in microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    tags: Vec<String>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    metadata: Option<&'a RawValue>,
}

impl Details<'_> {
    /// The details of an event, `None` if there is nothing to say.
    pub(crate) fn of(event: &NewEvent) -> Result<Option<String>, StoreError> {
        if event.time.is_none() && event.tags.is_empty() && event.metadata.is_empty() {
            return Ok(None);
        }
        let failed = |e| StoreError::new("writing the metadata of an event", e);
        let metadata = event.metadata.to_bytes()?;
        let metadata =
            metadata.as_deref().map(serde_json::from_slice::<&RawValue>).transpose().map_err(failed)?;
        let tags = event.tags.iter().map(|tag| tag.as_str().to_owned()).collect();
        let details = Details { time: event.time.map(|time| time.timestamp_micros()), tags, metadata };
        serde_json::to_string(&details).map(Some).map_err(failed)
    }

    /// Gives an event its details back.
    fn read(details: &str, event: &mut NewEvent) -> Result<(), Box<dyn Error + Send + Sync>> {
        let details: Details<'_> = serde_json::from_str(details)?;
        event.time = match details.time {
            Some(micros) => Some(DateTime::from_timestamp_micros(micros).ok_or("a time is out of range")?),
            None => None,
        };
        event.tags = details.tags.iter().map(Tag::new).collect::<Result<_, _>>()?;
        if let Some(metadata) = details.metadata {
            event.metadata = Metadata::from_bytes(metadata.get().as_bytes())?;
        }
        Ok(())
    }
}

/// An event as its row has it: everything but the names, which the page it is in looks up together.
pub(crate) struct Line {
    pub(crate) payload: Bytes,
    pub(crate) position: Position,
    pub(crate) place: i64,
    pub(crate) recorded_at: Micros,
    pub(crate) event_type: i16,
    pub(crate) id: Uuid,
    pub(crate) details: Option<Box<str>>,
}

impl Line {
    /// From the columns `payload, position, place, recorded_at, type, id, details`.
    pub(crate) fn of(row: &Row, payloads: &mut Payloads) -> Self {
        Self {
            payload: payloads.keep(row.get(0)),
            position: Position::new(row.get::<_, i64>(1) as u64),
            place: row.get(2),
            recorded_at: row.get(3),
            event_type: row.get(4),
            id: row.get(5),
            details: row.get::<_, Option<&str>>(6).map(Into::into),
        }
    }

    /// The number of its stream.
    pub(crate) const fn stream(&self) -> i32 {
        stream_of(self.place)
    }

    /// Its version in its stream.
    pub(crate) const fn version(&self) -> StreamVersion {
        version_of(self.place)
    }
}

/// Makes the events of one page. What follows each other is mostly alike, and is looked up or made only once.
pub(crate) struct Events<'a> {
    names: &'a Names,
    streams: HashMap<i32, StreamId>,
    stream: Option<(i32, StreamId)>,
    /// Copies for this page alone. There are few types, so if pages shared them, every event would have the count of the
    /// references to one of them go to and fro between the threads that make pages and those that use them.
    types: Vec<(i16, (EventType, u32))>,
    recorded_at: Option<(Micros, Timestamp)>,
}

impl<'a> Events<'a> {
    /// `streams` are those of the lines.
    pub(crate) fn new(names: &'a Names, streams: HashMap<i32, StreamId>) -> Self {
        Self { names, streams, stream: None, types: Vec::new(), recorded_at: None }
    }

    /// All of them. There is room for them at once: to make it as they come would copy a long page twice.
    pub(crate) fn of(mut self, lines: Vec<Line>) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut events = Vec::with_capacity(lines.len());
        for line in lines {
            events.push(self.event(line)?);
        }
        Ok(events)
    }

    fn event(&mut self, line: Line) -> Result<RecordedEvent, StoreError> {
        let stream = self.stream(line.stream())?;
        let (event_type, type_version) = self.event_type(line.event_type)?;
        let recorded_at = self.recorded_at(line.recorded_at)?;
        let mut event = NewEvent::from_parts(EventId(line.id), stream, event_type, line.payload);
        event.type_version = type_version;
        if let Some(details) = &line.details {
            let unreadable = |e| StoreError::corrupt("reading the details of an event", e);
            Details::read(details, &mut event).map_err(unreadable)?;
        }
        Ok(event.recorded(line.position, version_of(line.place), recorded_at))
    }

    fn stream(&mut self, number: i32) -> Result<StreamId, StoreError> {
        if let Some((last, stream)) = &self.stream
            && *last == number
        {
            return Ok(stream.clone());
        }
        let stream = self.streams.get(&number).ok_or_else(|| missing("stream", number.into()))?;
        Ok(self.stream.insert((number, stream.clone())).1.clone())
    }

    fn event_type(&mut self, number: i16) -> Result<(EventType, u32), StoreError> {
        if let Some((_, found)) = self.types.iter().find(|(known, _)| *known == number) {
            return Ok(found.clone());
        }
        let (name, version) = self.names.event_type(number).ok_or_else(|| missing("type", number.into()))?;
        if self.types.len() == FEW {
            return Ok((name, version));
        }
        let own = EventType::new(name.as_str()).map_err(|e| StoreError::corrupt("reading an event", e))?;
        self.types.push((number, (own.clone(), version)));
        Ok((own, version))
    }

    fn recorded_at(&mut self, micros: Micros) -> Result<Timestamp, StoreError> {
        match self.recorded_at {
            Some((last, time)) if last == micros => Ok(time),
            _ => Ok(self.recorded_at.insert((micros, micros.time()?)).1),
        }
    }
}

/// So many types of a page are looked through; if it has more, the others are looked up.
const FEW: usize = 8;

#[cold]
fn missing(what: &str, number: i64) -> StoreError {
    StoreError::corrupt("reading an event", format!("there is no {what} with the number {number}"))
}

/// Keeps the payloads of a page side by side, which costs less than a place for each.
///
/// Whoever keeps one event keeps the payloads beside it in memory too, so what they share is small.
#[derive(Default)]
pub(crate) struct Payloads {
    shared: BytesMut,
    /// How large the next place is to be: a page of a few events needs little, one of many is copied into few.
    next: usize,
}

/// A place that payloads share has at least and at most so many bytes.
const SHARED: (usize, usize) = (1_024, 64 * 1_024);
/// A payload of so many bytes or more has a place of its own.
const ALONE: usize = 4_096;

impl Payloads {
    pub(crate) fn keep(&mut self, payload: &[u8]) -> Bytes {
        if payload.len() >= ALONE {
            return Bytes::copy_from_slice(payload);
        }
        if payload.len() > self.shared.capacity() {
            self.next = (self.next * 2).clamp(SHARED.0.max(payload.len()), SHARED.1);
            self.shared = BytesMut::with_capacity(self.next);
        }
        self.shared.extend_from_slice(payload);
        self.shared.split().freeze()
    }
}
