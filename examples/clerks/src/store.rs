//! Where the events are kept, and the read model beside them.

use crate::read::HandlingTimes;
use factum::{EventStore, StoreError, app::BuildError, prelude::*, sink::DocumentSink};
use std::{fmt, fs, io, path::PathBuf, str::FromStr};

/// A place for a store: `sqlite:PATH` or `memory:`.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, made if it is missing, and its folder with it.
    Sqlite(PathBuf),
    /// Nowhere: it is gone with the process.
    Memory,
}

impl Place {
    /// The application, on a store in this place.
    ///
    /// # Errors
    /// [`OpenError`] when the store cannot be opened, or the read model cannot be kept in it.
    pub async fn open(&self) -> Result<App, OpenError> {
        match self {
            Self::Memory => app(MemoryStore::new()).await,
            Self::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                app(SqliteStore::open(path).await?).await
            }
        }
    }
}

async fn app<S: EventStore + DocumentSink>(store: S) -> Result<App, OpenError> {
    Ok(App::builder(store).projection(HandlingTimes).build().await?)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("memory", "")) => Ok(Self::Memory),
            _ => Err("a store is `sqlite:PATH` or `memory:`".to_owned()),
        }
    }
}

/// The application could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder of the store cannot be made.
    #[error("making the folder of the store")]
    Folder(#[from] io::Error),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The read model cannot be kept.
    #[error(transparent)]
    App(#[from] BuildError),
}
