use factum_core::{EventId, EventType, Position, StreamId, StreamVersion};
use foldhash::HashMap;
use rusqlite::{Connection, OptionalExtension, Result};
use uuid::Uuid;

/// What the thread that writes has looked up. It is dropped with a transaction that is rolled back.
#[derive(Default)]
pub(crate) struct Cache {
    streams: HashMap<StreamId, Stream>,
    /// Numbers of event types never change once committed, like those of streams.
    types: HashMap<(EventType, u32), i64>,
    /// `None` until it is looked up.
    end: Option<End>,
    /// Counts how often others have written.
    age: u64,
    /// SQLite's word for what others have written.
    data_version: i64,
}

#[derive(Clone, Copy)]
struct Stream {
    number: i64,
    version: StreamVersion,
    /// The `age` of the version.
    age: u64,
}

/// How the log ends.
#[derive(Clone, Copy)]
struct End {
    position: Position,
    /// The highest id, whichever event has it.
    id: Option<Uuid>,
}

/// Where an event is written.
pub(crate) struct Place {
    pub(crate) stream: i64,
    pub(crate) version: StreamVersion,
    pub(crate) position: Position,
}

/// Beyond so many entries the cache begins anew, which bounds its memory to some megabytes.
const MOST_STREAMS: usize = 65_536;
const MOST_TYPES: usize = 8_192;

impl Cache {
    /// At the beginning of a transaction, in which nobody else writes: forgets what another process has changed since
    /// the last one.
    pub(crate) fn begin(&mut self, connection: &Connection) -> Result<()> {
        let data_version =
            connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.data_version != data_version {
            self.data_version = data_version;
            self.doubt();
        }
        Ok(())
    }

    /// Forgets whatever others than the cache's owner can change: how the log and its streams end.
    pub(crate) fn doubt(&mut self) {
        self.age += 1;
        self.end = None;
    }

    /// The version of a stream.
    pub(crate) fn version(&mut self, connection: &Connection, stream: &StreamId) -> Result<StreamVersion> {
        Ok(self.find_stream(connection, stream)?.map_or(StreamVersion::EMPTY, |stream| stream.version))
    }

    /// Whether `ids` rise from above every id in the log, so that none of them can be there. Ids that are made by their
    /// time do, unless two tasks overtake each other.
    pub(crate) fn are_above_all(
        &mut self,
        connection: &Connection,
        ids: impl Iterator<Item = EventId> + Clone,
    ) -> Result<bool> {
        let highest = self.end(connection)?.id;
        let begin_above = ids.clone().next().map(|id| id.0) > highest;
        Ok(begin_above && ids.is_sorted_by(|before, after| before < after))
    }

    /// The place of the event that is written next, to this stream. To be asked for once an event.
    pub(crate) fn next_place(
        &mut self,
        connection: &Connection,
        stream: &StreamId,
        id: EventId,
    ) -> Result<Place> {
        let Stream { number, version, .. } = match self.find_stream(connection, stream)? {
            Some(known) => known,
            None => self.add_stream(connection, stream)?,
        };
        let end = self.end(connection)?;
        let place = Place { stream: number, version: version.next(), position: end.position.next() };
        if let Some(stream) = self.streams.get_mut(stream) {
            stream.version = place.version;
        }
        self.end = Some(End { position: place.position, id: end.id.max(Some(id.0)) });
        Ok(place)
    }

    fn end(&mut self, connection: &Connection) -> Result<End> {
        if let Some(end) = self.end {
            return Ok(end);
        }
        let mut find = connection.prepare_cached(include_str!("../sql/append/end.sql"))?;
        let end = find.query_row([], |row| {
            Ok(End { position: Position::new(row.get::<_, i64>(0)? as u64), id: row.get(1)? })
        })?;
        self.end = Some(end);
        Ok(end)
    }

    /// A stream, if it is in the log.
    fn find_stream(&mut self, connection: &Connection, stream: &StreamId) -> Result<Option<Stream>> {
        let number = match self.streams.get(stream) {
            Some(known) if known.age == self.age => return Ok(Some(*known)),
            Some(known) => Some(known.number),
            None => {
                let mut find = connection.prepare_cached(include_str!("../sql/append/stream_id.sql"))?;
                find.query_row((stream.category(), stream.key()), |row| row.get(0)).optional()?
            }
        };
        let Some(number) = number else { return Ok(None) };
        let mut find = connection.prepare_cached(include_str!("../sql/append/stream_version.sql"))?;
        let version: i64 = find.query_row([number], |row| row.get(0))?;
        Ok(Some(self.keep_stream(stream, number, StreamVersion::new(version as u64))))
    }

    fn add_stream(&mut self, connection: &Connection, stream: &StreamId) -> Result<Stream> {
        let mut add = connection.prepare_cached(include_str!("../sql/append/add_stream.sql"))?;
        let number = add.insert((stream.category(), stream.key()))?;
        Ok(self.keep_stream(stream, number, StreamVersion::EMPTY))
    }

    fn keep_stream(&mut self, stream: &StreamId, number: i64, version: StreamVersion) -> Stream {
        if self.streams.len() >= MOST_STREAMS {
            self.streams.clear();
        }
        let known = Stream { number, version, age: self.age };
        self.streams.insert(stream.clone(), known);
        known
    }

    /// The number of an event type, which is given one if it has none.
    pub(crate) fn event_type(
        &mut self,
        connection: &Connection,
        event_type: &EventType,
        version: u32,
    ) -> Result<i64> {
        let key = (event_type.clone(), version);
        if let Some(id) = self.types.get(&key) {
            return Ok(*id);
        }
        let mut find = connection.prepare_cached(include_str!("../sql/append/type_id.sql"))?;
        let id = match find.query_row((event_type.as_str(), version), |row| row.get(0)).optional()? {
            Some(id) => id,
            None => connection
                .prepare_cached(include_str!("../sql/append/add_type.sql"))?
                .insert((event_type.as_str(), version))?,
        };
        if self.types.len() >= MOST_TYPES {
            self.types.clear();
        }
        self.types.insert(key, id);
        Ok(id)
    }
}
