//! Taking a log into a store as it is, in its order.

use crate::number::Thousands;
use factum::{
    Append, AppendError, EventStore, ExpectedVersion, NewEvent, StoreError, StreamId, StreamVersion,
    ndjson::Line, store::ListStreams,
};
use std::{collections::HashMap, fmt};

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Events that were written.
    pub added: usize,
    /// Events that had been there already.
    pub present: usize,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events added, {} were there already", Thousands(self.added), Thousands(self.present))
    }
}

/// Appends the events of a log, `at_once` of them together, in their order. What an earlier import has written is passed
/// over, so that one that was broken off is continued.
///
/// # Errors
/// [`ImportError`]; what was appended before it stays.
pub async fn import<E: std::error::Error + Send + Sync + 'static>(
    store: &dyn EventStore,
    lines: impl IntoIterator<Item = Result<Line, E>>,
    at_once: usize,
) -> Result<Imported, ImportError> {
    let mut versions = versions(store).await?;
    let mut imported = Imported::default();
    let mut next = Next::default();
    for line in lines {
        let line = line.map_err(|why| ImportError::Log(why.into()))?;
        let version = versions.entry(line.stream.clone()).or_insert(StreamVersion::EMPTY);
        if line.version <= *version {
            imported.present += 1;
            continue;
        }
        if line.version != version.next() {
            return Err(ImportError::Gap { stream: line.stream, found: line.version, after: *version });
        }
        next.expected.entry(line.stream.clone()).or_insert(*version);
        *version = line.version;
        next.events.push(line.into_event());
        if next.events.len() >= at_once {
            imported.added += next.append(store).await?;
        }
    }
    imported.added += next.append(store).await?;
    Ok(imported)
}

/// The version of every stream that is there.
async fn versions(store: &dyn EventStore) -> Result<HashMap<StreamId, StreamVersion>, StoreError> {
    let mut request = ListStreams::all().limit(10_000);
    let mut versions = HashMap::new();
    loop {
        let page = store.streams(request.clone()).await?;
        let Some(last) = page.last() else { return Ok(versions) };
        request = request.after(last.stream.clone());
        versions.extend(page.into_iter().map(|summary| (summary.stream, summary.version)));
    }
}

/// What is appended next, and what the versions of the streams are before that.
#[derive(Default)]
struct Next {
    events: Vec<NewEvent>,
    expected: HashMap<StreamId, StreamVersion>,
}

impl Next {
    async fn append(&mut self, store: &dyn EventStore) -> Result<usize, AppendError> {
        let count = self.events.len();
        let append = Append::new(self.events.drain(..));
        let expected =
            self.expected.drain().map(|(stream, version)| (stream, ExpectedVersion::Exact(version)));
        store
            .append_one(expected.fold(append, |append, (stream, version)| append.expect(stream, version)))
            .await?;
        Ok(count)
    }
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The log could not be read on.
    #[error(transparent)]
    Log(Box<dyn std::error::Error + Send + Sync>),
    /// An event of a stream is missing.
    #[error("event {found} of stream {stream} follows event {after}")]
    Gap {
        /// The stream.
        stream: StreamId,
        /// The version that was found.
        found: StreamVersion,
        /// The version that it follows.
        after: StreamVersion,
    },
    /// Events could not be appended.
    #[error("appending events of the log")]
    Append(#[from] AppendError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}
