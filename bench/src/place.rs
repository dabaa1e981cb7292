use crate::account::Balances;
use factum::{App, MemoryStore, SqliteStore, StoreError, app::BuildError, projections::AppBuilderExt};
use std::{path::PathBuf, str::FromStr};
use tempfile::TempDir;

/// Where a store is made for each measurement.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Memory,
    /// Beside this path, so that the disk that is measured is chosen by it.
    Sqlite(PathBuf),
}

impl Place {
    pub(crate) fn who(&self) -> &'static str {
        match self {
            Self::Memory => "factum, memory",
            Self::Sqlite(_) => "factum, sqlite",
        }
    }

    /// A folder for new files, removed when it is dropped.
    pub(crate) fn folder(&self) -> std::io::Result<TempDir> {
        match self {
            Self::Memory => tempfile::tempdir(),
            Self::Sqlite(path) => match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                Some(parent) => tempfile::tempdir_in(parent),
                None => tempfile::tempdir_in("."),
            },
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

/// A store of either kind.
#[derive(Clone)]
pub(crate) enum Store {
    Memory(MemoryStore),
    Sqlite(SqliteStore),
}

impl Store {
    /// A new one in `folder`.
    pub(crate) async fn make(place: &Place, folder: &TempDir) -> Result<Self, StoreError> {
        Ok(match place {
            Place::Memory => Self::Memory(MemoryStore::new()),
            Place::Sqlite(_) => Self::Sqlite(SqliteStore::open(folder.path().join("log.db")).await?),
        })
    }

    /// An application that only writes.
    pub(crate) async fn write_side(&self) -> Result<App, BuildError> {
        match self {
            Self::Memory(store) => App::builder(store.clone()).build().await,
            Self::Sqlite(store) => App::builder(store.clone()).build().await,
        }
    }

    /// An application with a projection.
    pub(crate) async fn read_side(&self) -> Result<App, BuildError> {
        match self {
            Self::Memory(store) => App::builder(store.clone()).projection(Balances).build().await,
            Self::Sqlite(store) => App::builder(store.clone()).projection(Balances).build().await,
        }
    }
}
