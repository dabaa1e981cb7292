//! Where the log is. The one place that knows the stores of this build, and where the rest of the crate gets the
//! contracts from.

mod redacted;
mod url;

pub(crate) use self::url::{StoreUrl, UrlParser};
pub(crate) use factum::{
    Append, AppendError, Category, ConsumerName, EventId, EventStore, EventType, ExpectedVersion, LogId,
    NewEvent, Position, Query, QueryItem, RecordedEvent, StoreError, StreamId, StreamVersion, Tag, Timestamp,
    Trace, limits,
    ndjson::Line,
    store::{EventAppender, EventReaderExt, ListStreams, Period, ReadLog, ReadStream},
    trace::{Anchor, Cause, ReadTrace, Step},
};
pub(crate) use factum::{
    lease::{Group, Lease, Roll},
    process::{Instance, Instances, Stuck},
    quarantine::{Lane, ListParked, Parked, Request},
    sink::{Collection, Difference, Differences, DocumentReader, Generations, Removal},
};

use crate::failure::Failure;
use factum::{LeaseStore, MemoryStore, QuarantineStore, sink::GenerationStore, sqlite::SqliteConfig};
use std::sync::Arc;

/// The log, which is all that most commands need.
pub(crate) type Store = Arc<dyn EventStore>;

/// The log, and what its consumers keep beside it.
pub(crate) type WholeStore = Arc<dyn Whole>;

pub(crate) trait Whole:
    EventStore + LeaseStore + QuarantineStore + GenerationStore + DocumentReader
{
}

impl<S: EventStore + LeaseStore + QuarantineStore + GenerationStore + DocumentReader> Whole for S {}

impl StoreUrl {
    /// Opens a store to be read.
    pub(crate) async fn open(&self) -> Result<Store, Failure> {
        Ok(self.open_whole().await?)
    }

    /// Opens a store with what consumers keep in it.
    pub(crate) async fn open_whole(&self) -> Result<WholeStore, Failure> {
        let missing = |place: String| {
            Failure::new(format!("no store {place}; \"factum init\" or \"factum import\" makes one"))
        };
        match self {
            Self::Sqlite(path) if !path.exists() => Err(missing(format!("at {}", path.display()))),
            Self::Sqlite(path) => Ok(Arc::new(SqliteConfig::new(path).create(false).open().await?)),
            #[cfg(feature = "postgres")]
            Self::Postgres { config, .. } => match config.exists().await? {
                true => Ok(Arc::new(config.clone().migrate(false).open().await?)),
                false => Err(missing(format!("in {self}"))),
            },
            Self::Memory => Ok(Arc::new(MemoryStore::new())),
        }
    }

    /// Opens a store to be written to, and says whether it had to be made.
    pub(crate) async fn create(&self) -> Result<(Store, bool), Failure> {
        match self {
            Self::Sqlite(path) => {
                let made = !path.exists();
                Ok((Arc::new(SqliteConfig::new(path).create(true).open().await?), made))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres { config, .. } => {
                let made = !config.exists().await?;
                Ok((Arc::new(config.clone().open().await?), made))
            }
            Self::Memory => Ok((Arc::new(MemoryStore::new()), true)),
        }
    }
}
