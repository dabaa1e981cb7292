use bytes::Bytes;
use chrono::DateTime;
use factum_core::{
    EventId, EventType, Metadata, NewEvent, Position, RecordedEvent, StreamId, StreamVersion, Tag, Timestamp,
};
use rusqlite::{Connection, Row, types::Type};
use std::collections::HashMap;
use uuid::Uuid;

/// What a reader remembers of streams and event types. Their rows never change, so it needs no invalidation.
#[derive(Default)]
pub(crate) struct Names {
    streams: HashMap<i64, StreamId>,
    types: HashMap<i64, (EventType, u32)>,
}

/// Beyond so many entries the cache begins anew, which bounds its memory to some megabytes.
const MOST_NAMES: usize = 65_536;

impl Names {
    /// A row with the columns `position, stream, version, type, id, recorded_at, occurred_at, tags, metadata, payload`.
    pub(crate) fn event(
        &mut self,
        connection: &Connection,
        row: &Row<'_>,
    ) -> rusqlite::Result<RecordedEvent> {
        let stream = self.stream(connection, row.get(1)?)?;
        let (event_type, type_version) = self.event_type(connection, row.get(3)?)?;
        let payload = row.get_ref(9)?.as_bytes().map_err(|e| unreadable(9, e))?;
        let mut event = NewEvent::from_parts(
            EventId(row.get::<_, Uuid>(4)?),
            stream,
            event_type,
            Bytes::copy_from_slice(payload),
        );
        event.type_version = type_version;
        event.time = row.get::<_, Option<i64>>(6)?.map(|micros| time(6, micros)).transpose()?;
        if let Some(tags) = row.get_ref(7)?.as_str_or_null().map_err(|e| unreadable(7, e))? {
            event.tags =
                tags.split('\n').map(Tag::new).collect::<Result<_, _>>().map_err(|e| unreadable(7, e))?;
        }
        if let Some(metadata) = row.get_ref(8)?.as_bytes_or_null().map_err(|e| unreadable(8, e))? {
            event.metadata = Metadata::from_bytes(metadata).map_err(|e| unreadable(8, e))?;
        }
        let position = Position::new(row.get::<_, i64>(0)? as u64);
        let version = StreamVersion::new(row.get::<_, i64>(2)? as u64);
        Ok(event.recorded(position, version, time(5, row.get(5)?)?))
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

/// The columns `category, key`.
pub(crate) fn stream_id(row: &Row<'_>) -> rusqlite::Result<StreamId> {
    let category = row.get_ref(0)?.as_str().map_err(|e| unreadable(0, e))?;
    let key = row.get_ref(1)?.as_str().map_err(|e| unreadable(1, e))?;
    StreamId::new(category, key).map_err(|e| unreadable(1, e))
}

fn time(column: usize, micros: i64) -> rusqlite::Result<Timestamp> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| unreadable(column, "a time out of range"))
}

fn unreadable(column: usize, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Null, why.into())
}
