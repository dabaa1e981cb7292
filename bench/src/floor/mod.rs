//! The least that a storage engine does with the same rows, through its bare driver.

pub(crate) mod bare;
mod connections;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::Failure;
use std::ops::Range;

/// An empty table of the engine that is measured.
pub(crate) enum Floor {
    Sqlite(sqlite::Floor),
    Postgres(postgres::Floor),
}

impl Floor {
    /// A SELECT of the stream and a one-row INSERT, 2,000 times on 200 streams, from one client; commands per second.
    pub(crate) async fn commands(&self) -> Result<f64, Failure> {
        match self {
            Self::Sqlite(floor) => Ok(floor.commands(2_000, 200)?),
            Self::Postgres(floor) => floor.commands(1, 0..2_000, 200, 0).await,
        }
    }

    /// So many rows for each of these streams, in one transaction, from one client; rows per second.
    pub(crate) async fn batches(&self, streams: Range<u64>, size: u64) -> Result<f64, Failure> {
        match self {
            Self::Sqlite(floor) => Ok(floor.batches(streams, size)?),
            Self::Postgres(floor) => floor.batches(streams, size).await,
        }
    }

    /// Writes `count` rows over `streams` streams, as fast as can be.
    pub(crate) async fn fill(&self, count: u64, streams: u64) -> Result<(), Failure> {
        match self {
            Self::Sqlite(floor) => Ok(floor.fill(count, streams)?),
            Self::Postgres(floor) => floor.fill(count, streams).await,
        }
    }

    /// Reads and decodes one stream; events per second.
    pub(crate) async fn read_stream(&self, stream: u64) -> Result<f64, Failure> {
        match self {
            Self::Sqlite(floor) => Ok(floor.read_stream(stream)?),
            Self::Postgres(floor) => floor.read_stream(stream).await,
        }
    }

    /// Reads and decodes everything; events per second.
    pub(crate) async fn read_log(&self) -> Result<f64, Failure> {
        match self {
            Self::Sqlite(floor) => Ok(floor.read_log()?),
            Self::Postgres(floor) => floor.read_log().await,
        }
    }
}
