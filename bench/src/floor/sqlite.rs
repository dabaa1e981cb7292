//! The least that SQLite does with the same rows: bare statements, the same durability, one client.

use crate::{
    account::{AccountId, Deposited},
    figure::rate,
};
use factum::sqlite::rusqlite::{Connection, Result};
use std::{hint::black_box, ops::Range, path::Path, time::Instant};

const TABLES: &str =
    "CREATE TABLE event (position INTEGER PRIMARY KEY, stream_id TEXT NOT NULL, version INTEGER NOT NULL,
    kind TEXT NOT NULL, payload TEXT NOT NULL); CREATE UNIQUE INDEX stream ON event (stream_id, version)";
const INSERT: &str = "INSERT INTO event (stream_id, version, kind, payload) VALUES (?1, ?2, 'Deposited', ?3)";
const STREAM: &str = "SELECT version, kind, payload FROM event WHERE stream_id = ?1 ORDER BY version";
const LOG: &str = "SELECT position, stream_id, version, kind, payload FROM event ORDER BY position";

pub(crate) struct Floor {
    connection: Connection,
}

impl Floor {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
        connection.execute_batch(TABLES)?;
        Ok(Self { connection })
    }

    /// A SELECT of the stream and a one-row INSERT in a transaction of its own, `count` times.
    pub(crate) fn commands(&self, count: u64, streams: u64) -> Result<f64> {
        let from = Instant::now();
        for n in 0..count {
            let stream = n % streams;
            let version = self.decode(STREAM, Some(stream), 2)? + 1;
            self.insert(stream, version)?;
        }
        Ok(rate(count, from))
    }

    /// Transactions of `size` rows for a stream each; rows per second.
    pub(crate) fn batches(&self, streams: Range<u64>, size: u64) -> Result<f64> {
        let count = streams.end - streams.start;
        let from = Instant::now();
        for stream in streams {
            self.connection.execute_batch("BEGIN")?;
            (1..=size).try_for_each(|version| self.insert(stream, version))?;
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(rate(count * size, from))
    }

    /// Writes `count` rows over `streams` streams.
    pub(crate) fn fill(&self, count: u64, streams: u64) -> Result<()> {
        self.connection.execute_batch("BEGIN")?;
        (0..count).try_for_each(|n| self.insert(n % streams, n / streams + 1))?;
        self.connection.execute_batch("COMMIT")
    }

    /// Reads and decodes one stream; events per second.
    pub(crate) fn read_stream(&self, stream: u64) -> Result<f64> {
        let from = Instant::now();
        Ok(rate(self.decode(STREAM, Some(stream), 2)?, from))
    }

    /// Reads and decodes everything; events per second.
    pub(crate) fn read_log(&self) -> Result<f64> {
        let from = Instant::now();
        Ok(rate(self.decode(LOG, None, 4)?, from))
    }

    fn insert(&self, stream: u64, version: u64) -> Result<()> {
        let payload = serde_json::to_string(&Deposited::new(version)).expect("an event is JSON");
        let mut insert = self.connection.prepare_cached(INSERT)?;
        insert.execute((format!("account-{}", AccountId::nth(stream)), version as i64, payload)).map(drop)
    }

    fn decode(&self, sql: &str, stream: Option<u64>, column: usize) -> Result<u64> {
        let mut select = self.connection.prepare_cached(sql)?;
        let stream = stream.map(|stream| format!("account-{}", AccountId::nth(stream)));
        let mut rows = select.query(factum::sqlite::rusqlite::params_from_iter(stream))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let event: Deposited =
                serde_json::from_str(row.get_ref(column)?.as_str()?).expect("what was written");
            black_box(event);
            count += 1;
        }
        Ok(count)
    }
}
