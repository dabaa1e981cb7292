use factum_core::{EventType, StreamId};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// The numbers of streams and event types. They never change once committed, so they need no invalidation; a
/// writer drops them with a transaction that is rolled back.
#[derive(Default)]
pub(crate) struct Cache {
    streams: HashMap<StreamId, i64>,
    types: HashMap<(EventType, u32), i64>,
}

/// Beyond so many entries the cache begins anew, which bounds its memory to some megabytes.
const MOST_STREAMS: usize = 65_536;
const MOST_TYPES: usize = 8_192;

impl Cache {
    /// The number of a stream, if it has one.
    pub(crate) fn find_stream(
        &mut self,
        connection: &Connection,
        stream: &StreamId,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some(id) = self.streams.get(stream) {
            return Ok(Some(*id));
        }
        let mut find = connection.prepare_cached(include_str!("../sql/append/stream_id.sql"))?;
        let found = find.query_row((stream.category(), stream.key()), |row| row.get(0)).optional()?;
        if let Some(id) = found {
            self.keep_stream(stream, id);
        }
        Ok(found)
    }

    /// The number of a stream, which is given one if it has none.
    pub(crate) fn stream(&mut self, connection: &Connection, stream: &StreamId) -> rusqlite::Result<i64> {
        if let Some(id) = self.find_stream(connection, stream)? {
            return Ok(id);
        }
        let mut add = connection.prepare_cached(include_str!("../sql/append/add_stream.sql"))?;
        let id = add.query_row((stream.category(), stream.key()), |row| row.get(0))?;
        self.keep_stream(stream, id);
        Ok(id)
    }

    fn keep_stream(&mut self, stream: &StreamId, id: i64) {
        if self.streams.len() >= MOST_STREAMS {
            self.streams.clear();
        }
        self.streams.insert(stream.clone(), id);
    }

    /// The number of an event type, which is given one if it has none.
    pub(crate) fn event_type(
        &mut self,
        connection: &Connection,
        event_type: &EventType,
        version: u32,
    ) -> rusqlite::Result<i64> {
        let key = (event_type.clone(), version);
        if let Some(id) = self.types.get(&key) {
            return Ok(*id);
        }
        let mut find = connection.prepare_cached(include_str!("../sql/append/type_id.sql"))?;
        let id = match find.query_row((event_type.as_str(), version), |row| row.get(0)).optional()? {
            Some(id) => id,
            None => connection
                .prepare_cached(include_str!("../sql/append/add_type.sql"))?
                .query_row((event_type.as_str(), version), |row| row.get(0))?,
        };
        if self.types.len() >= MOST_TYPES {
            self.types.clear();
        }
        self.types.insert(key, id);
        Ok(id)
    }
}
