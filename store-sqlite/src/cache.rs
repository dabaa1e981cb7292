use factum_core::{EventType, Position, StreamId, StreamVersion};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// What the thread that writes has looked up. It is dropped with a transaction that is rolled back.
#[derive(Default)]
pub(crate) struct Cache {
    /// Numbers of streams and event types never change once committed, so they need no invalidation.
    streams: HashMap<StreamId, i64>,
    types: HashMap<(EventType, u32), i64>,
    /// Inside one transaction nobody else writes, so the end of the log and of its streams are looked up once.
    head: Option<Position>,
    versions: HashMap<i64, StreamVersion>,
}

/// Beyond so many entries the cache begins anew, which bounds its memory to some megabytes.
const MOST_STREAMS: usize = 65_536;
const MOST_TYPES: usize = 8_192;

impl Cache {
    /// Forgets what another process may have changed since the last transaction.
    pub(crate) fn begin(&mut self) {
        self.head = None;
        self.versions.clear();
    }

    /// The version of a stream.
    pub(crate) fn version(
        &mut self,
        connection: &Connection,
        stream: i64,
    ) -> rusqlite::Result<StreamVersion> {
        if let Some(version) = self.versions.get(&stream) {
            return Ok(*version);
        }
        let mut find = connection.prepare_cached(include_str!("../sql/append/stream_version.sql"))?;
        let version: i64 = find.query_row([stream], |row| row.get(0))?;
        let version = StreamVersion::new(version as u64);
        self.versions.insert(stream, version);
        Ok(version)
    }

    /// The place of the event that is written next, to this stream.
    pub(crate) fn next_place(
        &mut self,
        connection: &Connection,
        stream: i64,
    ) -> rusqlite::Result<(Position, StreamVersion)> {
        let version = self.version(connection, stream)?.next();
        let position = match self.head {
            Some(head) => head.next(),
            None => head(connection)?.next(),
        };
        self.versions.insert(stream, version);
        self.head = Some(position);
        Ok((position, version))
    }

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

fn head(connection: &Connection) -> rusqlite::Result<Position> {
    let mut find = connection.prepare_cached(include_str!("../sql/append/head.sql"))?;
    find.query_row([], |row| row.get::<_, i64>(0)).map(|head| Position::new(head as u64))
}
