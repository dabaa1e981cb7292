use factum::{
    Causes, EventStore, StoreError, app::BuildError, postgres::PgConfig, prelude::*, sink::DocumentSink,
};
use std::{fmt, fs, io, path::PathBuf, str::FromStr};

/// A place for a store: `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, made if it is missing, and its folder with it.
    Sqlite(PathBuf),
    /// A database on a server. The tables are made if they are missing.
    Postgres(Box<PgConfig>),
    /// Nowhere: it is gone with the process.
    Memory,
}

/// An application, on whichever store.
pub trait Application {
    /// Builds it on this one.
    fn on<S: EventStore + DocumentSink>(
        self,
        store: S,
    ) -> impl Future<Output = Result<App, BuildError>> + Send;
}

impl Place {
    /// The application, on a store in this place.
    ///
    /// # Errors
    /// [`OpenError`] when the store cannot be opened, or something that belongs to the application cannot be kept in it.
    pub async fn open(&self, application: impl Application) -> Result<App, OpenError> {
        Ok(match self {
            Self::Memory => application.on(MemoryStore::new()).await?,
            Self::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                application.on(SqliteStore::open(path).await?).await?
            }
            Self::Postgres(config) => application.on(config.as_ref().clone().open().await?).await?,
        })
    }

    /// An application that runs nothing: for whoever reads what others write there.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub async fn log(&self) -> Result<App, OpenError> {
        self.open(Log).await
    }

    /// Another place beside this one, for a program that shares no store with the first: the file `shop-{name}.db` beside `shop.db`, or
    /// the schema `name` of the same database.
    ///
    /// # Errors
    /// [`StoreError`] when no schema can be called so.
    pub fn beside(&self, name: &str) -> Result<Self, StoreError> {
        Ok(match self {
            Self::Memory => Self::Memory,
            Self::Sqlite(path) => {
                let mut file = path.file_stem().unwrap_or_default().to_owned();
                file.push(format!("-{name}"));
                let extension = path.extension().unwrap_or_default();
                Self::Sqlite(path.with_file_name(file).with_added_extension(extension))
            }
            Self::Postgres(config) => Self::Postgres(Box::new(config.as_ref().clone().schema(name)?)),
        })
    }
}

/// Nothing but the log: it does what it is asked, and runs nothing.
struct Log;

impl Application for Log {
    async fn on<S: EventStore + DocumentSink>(self, store: S) -> Result<App, BuildError> {
        App::builder(store).build().await
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // Where it is may have a password in it.
            Self::Postgres(_) => f.write_str("PostgreSQL"),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => match PgConfig::new(url) {
                Ok(config) => Ok(Self::Postgres(Box::new(config))),
                Err(error) => Err(Causes(&error).to_string()),
            },
            Some(("memory", "")) => Ok(Self::Memory),
            _ => Err("a store is `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`".to_owned()),
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
    /// Something that belongs to the application cannot be kept.
    #[error(transparent)]
    App(#[from] BuildError),
}
