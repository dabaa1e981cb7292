//! Where the log is. The one place that knows the stores of this build, and where the rest of the crate gets the
//! contracts from.

pub(crate) use factum::{
    Append, AppendError, Category, EventId, EventStore, EventType, ExpectedVersion, NewEvent, Position,
    Query, QueryItem, RecordedEvent, StoreError, StreamId, StreamVersion, Tag, Timestamp, limits,
    ndjson::Line,
    store::{EventAppender, EventReaderExt, ListStreams, ReadLog, ReadStream},
};

use crate::failure::Failure;
use factum::{MemoryStore, sqlite::SqliteConfig};
use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

pub(crate) type Store = Arc<dyn EventStore>;

/// A store as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreUrl {
    Sqlite(PathBuf),
    Memory,
}

const KNOWN: &str = "sqlite:PATH and memory:";

impl StoreUrl {
    /// Opens a store to be read.
    pub(crate) async fn open(&self) -> Result<Store, Failure> {
        match self {
            Self::Sqlite(path) if !path.exists() => Err(Failure::new(format!(
                "no store at {}; \"factum init\" or \"factum import\" makes one",
                path.display()
            ))),
            Self::Sqlite(path) => Ok(Arc::new(SqliteConfig::new(path).create(false).open().await?)),
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
            Self::Memory => Ok((Arc::new(MemoryStore::new()), true)),
        }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(format!("it has no scheme; a file is named sqlite:{url}"));
        };
        match scheme {
            "sqlite" => match rest.strip_prefix("//").unwrap_or(rest) {
                "" => Err("the path is missing after sqlite:".to_owned()),
                path => Ok(Self::Sqlite(path.into())),
            },
            "memory" if rest.trim_start_matches('/').is_empty() => Ok(Self::Memory),
            "memory" => Err("a store in memory has no path".to_owned()),
            other => Err(format!("no store has the scheme {other:?}; this build has {KNOWN}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_store_or_says_what_is_wrong_with_it() {
        for (url, path) in
            [("sqlite:a.db", "a.db"), ("sqlite://a.db", "a.db"), ("sqlite:///a/b:c.db", "/a/b:c.db")]
        {
            assert_eq!(url.parse(), Ok(StoreUrl::Sqlite(path.into())), "{url}");
        }
        assert_eq!("memory:".parse(), Ok(StoreUrl::Memory));
        for (url, part) in [
            ("a.db", "sqlite:a.db"),
            ("sqlite:", "path is missing"),
            ("postgres://h/db", "no store has the scheme"),
            ("mysql://h/db", "sqlite:PATH and memory:"),
            ("memory:x", "no path"),
        ] {
            let error = url.parse::<StoreUrl>().expect_err("refused");
            assert!(error.contains(part), "{url}: {error}");
        }
    }
}
