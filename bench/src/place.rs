use crate::{account::Balances, floor::Floor};
use async_trait::async_trait;
use factum::{
    App, EventStore, MemoryStore, SqliteStore, app::BuildError, projections::AppBuilderExt,
    sink::DocumentSink,
};
use std::{error::Error, path::PathBuf, str::FromStr};
use tempfile::TempDir;

/// Where stores are made for the measurements.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Memory,
    /// Beside this path, so that the disk that is measured is chosen by it.
    Sqlite(PathBuf),
}

/// A new store, and what it lies in. Removed when it is dropped.
pub(crate) struct Made {
    pub(crate) store: Box<dyn Store>,
    /// An empty table of the same engine, where there is a floor to compare with.
    pub(crate) floor: Option<Floor>,
    _folder: TempDir,
}

impl Place {
    pub(crate) const fn who(&self) -> &'static str {
        match self {
            Self::Memory => "factum, memory",
            Self::Sqlite(_) => "factum, sqlite",
        }
    }

    pub(crate) async fn make(&self) -> Result<Made, Box<dyn Error>> {
        let folder = self.folder()?;
        let (store, floor): (Box<dyn Store>, _) = match self {
            Self::Memory => (Box::new(MemoryStore::new()), None),
            Self::Sqlite(_) => (
                Box::new(SqliteStore::open(folder.path().join("log.db")).await?),
                Some(Floor::open(&folder.path().join("floor.db"))?),
            ),
        };
        Ok(Made { store, floor, _folder: folder })
    }

    fn folder(&self) -> std::io::Result<TempDir> {
        match self {
            Self::Sqlite(path) => match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                Some(parent) => tempfile::tempdir_in(parent),
                None => tempfile::tempdir_in("."),
            },
            Self::Memory => tempfile::tempdir(),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            None if url == "memory" => Ok(Self::Memory),
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err("expected `memory` or `sqlite:PATH`".to_owned()),
        }
    }
}

/// A store of any kind that keeps documents too.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    /// An application that only writes.
    async fn write_side(&self) -> Result<App, BuildError>;

    /// An application with a projection.
    async fn read_side(&self) -> Result<App, BuildError>;
}

#[async_trait]
impl<S: EventStore + DocumentSink> Store for S {
    async fn write_side(&self) -> Result<App, BuildError> {
        App::builder(self.clone()).build().await
    }

    async fn read_side(&self) -> Result<App, BuildError> {
        App::builder(self.clone()).projection(Balances).build().await
    }
}
