use bytes::{Bytes, BytesMut};
use chrono::DateTime;
use factum_core::{
    EventId, EventType, Metadata, NewEvent, Position, RecordedEvent, StreamId, StreamVersion, Tag, Timestamp,
};
use foldhash::{HashMap, HashMapExt as _};
use rusqlite::{Connection, Row, types::Type};
use uuid::Uuid;

/// What a reader remembers of streams and event types. Their rows never change, so it needs no invalidation.
pub(crate) struct Names {
    streams: HashMap<i64, StreamId>,
    types: HashMap<i64, (EventType, u32)>,
}

/// Beyond so many entries the cache begins anew, which bounds its memory to some megabytes.
const MOST_NAMES: usize = 65_536;

impl Names {
    pub(crate) fn new() -> Self {
        Self { streams: HashMap::new(), types: HashMap::new() }
    }

    fn stream(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<StreamId> {
        if let Some(stream) = self.streams.get(&id) {
            return Ok(stream.clone());
        }
        let mut find = connection.prepare_cached(include_str!("../sql/read/stream_by_id.sql"))?;
        let stream = find.query_row([id], stream_id)?;
        if self.streams.len() >= MOST_NAMES {
            self.streams.clear();
        }
        self.streams.insert(id, stream.clone());
        Ok(stream)
    }

    fn event_type(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<(EventType, u32)> {
        if let Some(found) = self.types.get(&id) {
            return Ok(found.clone());
        }
        let mut find = connection.prepare_cached(include_str!("../sql/read/type_by_id.sql"))?;
        let found = find.query_row([id], |row| {
            let name = row.get_ref(0)?.as_str().map_err(|e| unreadable(0, e))?;
            Ok((EventType::new(name).map_err(|e| unreadable(0, e))?, row.get(1)?))
        })?;
        if self.types.len() >= MOST_NAMES {
            self.types.clear();
        }
        self.types.insert(id, found.clone());
        Ok(found)
    }
}

/// Makes the events of one page. What follows each other is mostly alike, and is looked up or made only once.
pub(crate) struct Events<'a> {
    connection: &'a Connection,
    names: &'a mut Names,
    payloads: Payloads,
    stream: Option<(i64, StreamId)>,
    /// Copies for this page alone. There are few types, so if pages shared them, every event would have the count of the
    /// references to one of them go to and fro between the thread that reads and the one that uses the page before.
    types: Vec<(i64, (EventType, u32))>,
    recorded_at: Option<(i64, Timestamp)>,
}

impl<'a> Events<'a> {
    pub(crate) fn new(connection: &'a Connection, names: &'a mut Names) -> Self {
        let payloads = Payloads::default();
        Self { connection, names, payloads, stream: None, types: Vec::new(), recorded_at: None }
    }

    /// A row with the columns `payload, position, stream, version, type, id, recorded_at, occurred_at, tags, metadata`.
    #[inline]
    pub(crate) fn event(&mut self, row: &Row<'_>) -> rusqlite::Result<RecordedEvent> {
        let stream = last(&mut self.stream, integer(row, 2)?, |id| self.names.stream(self.connection, id))?;
        let (event_type, type_version) = self.event_type(integer(row, 4)?)?;
        let id = row.get_ref(5)?.as_bytes().map_err(|e| unreadable(5, e))?;
        let id = Uuid::from_slice(id).map_err(|e| unreadable(5, e))?;
        let recorded_at = last(&mut self.recorded_at, integer(row, 6)?, |micros| time(6, micros))?;
        let payload = row.get_ref(0)?.as_bytes().map_err(|e| unreadable(0, e))?;
        let mut event = NewEvent::from_parts(EventId(id), stream, event_type, self.payloads.keep(payload));
        event.type_version = type_version;
        if let Some(micros) = row.get_ref(7)?.as_i64_or_null().map_err(|e| unreadable(7, e))? {
            event.time = Some(time(7, micros)?);
        }
        if let Some(tags) = row.get_ref(8)?.as_str_or_null().map_err(|e| unreadable(8, e))? {
            event.tags =
                tags.split('\n').map(Tag::new).collect::<Result<_, _>>().map_err(|e| unreadable(8, e))?;
        }
        if let Some(metadata) = row.get_ref(9)?.as_bytes_or_null().map_err(|e| unreadable(9, e))? {
            event.metadata = Metadata::from_bytes(metadata).map_err(|e| unreadable(9, e))?;
        }
        let position = Position::new(integer(row, 1)? as u64);
        let version = StreamVersion::new(integer(row, 3)? as u64);
        Ok(event.recorded(position, version, recorded_at))
    }

    #[inline]
    fn event_type(&mut self, id: i64) -> rusqlite::Result<(EventType, u32)> {
        if let Some((_, found)) = self.types.iter().find(|(known, _)| *known == id) {
            return Ok(found.clone());
        }
        let (name, version) = self.names.event_type(self.connection, id)?;
        if self.types.len() == FEW {
            return Ok((name, version));
        }
        let own = EventType::new(name.as_str()).map_err(|e| unreadable(4, e))?;
        self.types.push((id, (own.clone(), version)));
        Ok((own, version))
    }
}

/// So many types of a page are looked through; if it has more, the others are looked up.
const FEW: usize = 8;

/// What belongs to `key`, made by `make` unless it is that of the last call.
#[inline]
fn last<T: Clone>(
    last: &mut Option<(i64, T)>,
    key: i64,
    make: impl FnOnce(i64) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    match last {
        Some((of, value)) if *of == key => Ok(value.clone()),
        _ => Ok(last.insert((key, make(key)?)).1.clone()),
    }
}

/// Keeps the payloads of a page side by side, which costs less than a place for each.
///
/// Whoever keeps one event keeps the payloads beside it in memory too, so what they share is small.
#[derive(Default)]
struct Payloads {
    shared: BytesMut,
    /// How large the next place is to be: a page of a few events needs little, one of many is copied into few.
    next: usize,
}

/// A place that payloads share has at least and at most so many bytes.
const SHARED: (usize, usize) = (1_024, 64 * 1_024);
/// A payload of so many bytes or more has a place of its own.
const ALONE: usize = 4_096;

impl Payloads {
    #[inline]
    fn keep(&mut self, payload: &[u8]) -> Bytes {
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

/// The columns `category, key`.
pub(crate) fn stream_id(row: &Row<'_>) -> rusqlite::Result<StreamId> {
    let category = row.get_ref(0)?.as_str().map_err(|e| unreadable(0, e))?;
    let key = row.get_ref(1)?.as_str().map_err(|e| unreadable(1, e))?;
    StreamId::new(category, key).map_err(|e| unreadable(1, e))
}

/// As `Row::get`, but without its conversions between errors, for which an event has too many columns.
#[inline]
fn integer(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    row.get_ref(column)?.as_i64().map_err(|e| unreadable(column, e))
}

fn time(column: usize, micros: i64) -> rusqlite::Result<Timestamp> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| unreadable(column, "a time out of range"))
}

#[cold]
fn unreadable(column: usize, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Null, why.into())
}

#[cfg(test)]
mod tests {
    use super::{ALONE, Payloads, SHARED};

    #[test]
    fn payloads_stay_as_they_are_and_share_little() {
        let mut payloads = Payloads::default();
        let lengths: Vec<usize> =
            (0..400).map(|n| [0, 1, 107, ALONE - 1, ALONE, 3 * ALONE][n % 6] + n % 7).collect();
        let made: Vec<_> = lengths.iter().map(|n| vec![*n as u8; *n]).collect();
        let kept: Vec<_> = made.iter().map(|payload| payloads.keep(payload)).collect();
        assert!(made.iter().zip(&kept).all(|(made, kept)| made == kept));
        assert!(payloads.next <= SHARED.1);
    }
}
