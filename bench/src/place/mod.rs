pub(crate) mod postgres;

use self::postgres::{Bed, Schema};
use crate::{
    Failure,
    account::{Balances, DepositsOut},
    floor::{self, Floor},
};
use async_trait::async_trait;
use factum::{
    App, MemoryStore, SqliteStore,
    app::BuildError,
    messaging::{Transport, relay},
    projections::{AppBuilderExt, Runner},
    sink::{DocumentSink, InlineStore},
};
use std::{fmt, num::NonZeroUsize, path::PathBuf, str::FromStr, sync::Arc};
use tempfile::TempDir;

/// Where stores are made for the measurements.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Memory,
    /// Beside this path, so that the disk that is measured is chosen by it.
    Sqlite(PathBuf),
    /// In schemas of the database at this URL.
    Postgres(String),
}

/// What a store of PostgreSQL does unless it is told otherwise.
pub(crate) const WRITERS: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");

/// A new store, and what it lies in. Removed when it is dropped.
pub(crate) struct Made {
    pub(crate) store: Box<dyn Store>,
    /// An empty table of the same engine, where there is a floor to compare with.
    pub(crate) floor: Option<Floor>,
    /// Where all of that is; last, so that it goes when nobody uses it any more.
    ground: Ground,
}

enum Ground {
    Folder(#[expect(dead_code, reason = "it is removed when it is dropped")] TempDir),
    Schema(Schema),
}

impl Made {
    /// Lets the engine know how much there is, where that matters to it.
    pub(crate) async fn analyze(&self) -> Result<(), Failure> {
        match &self.ground {
            Ground::Folder(_) => Ok(()),
            Ground::Schema(schema) => schema.analyze().await,
        }
    }
}

impl Place {
    pub(crate) const fn who(&self) -> &'static str {
        match self {
            Self::Memory => "factum, memory",
            Self::Sqlite(_) => "factum, sqlite",
            Self::Postgres(_) => "factum, postgres",
        }
    }

    /// What the floor of appends of ten events is.
    pub(crate) const fn batch(&self) -> &'static str {
        match self {
            Self::Memory | Self::Sqlite(_) => "10 one-row INSERTs in a transaction",
            Self::Postgres(_) => "INSERT of 10 rows from arrays",
        }
    }

    pub(crate) async fn make(&self) -> Result<Made, Failure> {
        let (store, floor, ground): (Box<dyn Store>, _, _) = match self {
            Self::Memory => (Box::new(MemoryStore::new()), None, Ground::Folder(tempfile::tempdir()?)),
            Self::Sqlite(path) => {
                let folder = match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                    Some(parent) => tempfile::tempdir_in(parent),
                    None => tempfile::tempdir_in("."),
                }?;
                let store = SqliteStore::open(folder.path().join("log.db")).await?;
                let floor = floor::sqlite::Floor::open(&folder.path().join("floor.db"))?;
                (Box::new(store), Some(Floor::Sqlite(floor)), Ground::Folder(folder))
            }
            Self::Postgres(url) => {
                let Bed { store, floor, schema } = Bed::make(url, WRITERS).await?;
                (Box::new(store), Some(Floor::Postgres(floor)), Ground::Schema(schema))
            }
        };
        Ok(Made { store, floor, ground })
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            None if url == "memory" => Ok(Self::Memory),
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(url.to_owned()))
            }
            _ => Err("expected `memory`, `sqlite:PATH` or `postgres://USER@HOST:PORT/DATABASE`".to_owned()),
        }
    }
}

/// A store of any kind that keeps documents too.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    /// An application that only writes.
    async fn write_side(&self) -> Result<App, BuildError>;

    /// An application with a projection, in so many partitions.
    async fn read_side(&self, partitions: u16) -> Result<App, BuildError>;

    /// An application that publishes, in so many partitions.
    async fn relay_side(&self, transport: Arc<dyn Transport>, partitions: u16) -> Result<App, BuildError>;

    /// An application with a projection of this lifecycle.
    async fn app(&self, lifecycle: Lifecycle) -> Result<App, BuildError>;
}

/// When a read model changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// There is none.
    None,
    Async,
    Inline,
    Live,
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Async => "async",
            Self::Inline => "inline",
            Self::Live => "live",
        })
    }
}

#[async_trait]
impl<S: InlineStore + DocumentSink> Store for S {
    async fn write_side(&self) -> Result<App, BuildError> {
        App::builder(self.clone()).build().await
    }

    async fn read_side(&self, partitions: u16) -> Result<App, BuildError> {
        App::builder(self.clone()).run(Runner::new(Balances).partitions(partitions)).build().await
    }

    async fn relay_side(&self, transport: Arc<dyn Transport>, partitions: u16) -> Result<App, BuildError> {
        App::builder(self.clone()).run(relay(DepositsOut, transport).partitions(partitions)).build().await
    }

    async fn app(&self, lifecycle: Lifecycle) -> Result<App, BuildError> {
        let app = App::builder(self.clone());
        let app = match lifecycle {
            Lifecycle::None => app,
            Lifecycle::Async => app.projection(Balances),
            Lifecycle::Inline => app.inline(Balances),
            Lifecycle::Live => app.live(Balances),
        };
        app.build().await
    }
}
