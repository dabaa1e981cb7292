use super::{Collection, Sink};
use crate::StoreError;
use async_trait::async_trait;
use bytes::Bytes;

/// A document as a sink keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Its key.
    pub key: String,
    /// Its JSON.
    pub body: Bytes,
}

impl Document {
    /// A document.
    #[must_use]
    pub fn new(key: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { key: key.into(), body: body.into() }
    }
}

/// A change of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Write it, whether or not it was there.
    Put(Document),
    /// Remove it, if it is there.
    Delete {
        /// Its key.
        key: String,
    },
}

impl Change {
    /// The key of the document that it changes.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Put(document) => &document.key,
            Self::Delete { key } => key,
        }
    }
}

/// Reads the documents of views. It cannot write, so it is what the read side is given.
#[diagnostic::on_unimplemented(
    message = "documents cannot be read from `{Self}`",
    label = "this should have documents",
    note = "use a sink that keeps documents, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl DocumentReader for {Self}`"
)]
#[async_trait]
pub trait DocumentReader: Send + Sync + 'static {
    /// Loads the documents with these keys, at the same index; `None` for those that do not exist.
    ///
    /// # Errors
    /// [`StoreError`] when the sink cannot be read.
    async fn load(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError>;

    /// The same of the generation that is active, whichever the collection names.
    ///
    /// # Errors
    /// [`StoreError`] when the sink cannot be read.
    async fn load_active(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        self.load(collection, keys).await
    }

    /// Documents in the order of their keys, by bytes, after a given one.
    ///
    /// # Errors
    /// [`StoreError`] when the sink cannot be read.
    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError>;

    /// The same of the generation that is active, whichever the collection names.
    ///
    /// # Errors
    /// [`StoreError`] when the sink cannot be read.
    async fn scan_active(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        self.scan(collection, after, limit).await
    }
}

/// A sink that keeps documents, so that a view needs no SQL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sink that keeps documents",
    label = "views need a sink that keeps documents",
    note = "use one that does, such as `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl DocumentSink for {Self}`"
)]
#[async_trait]
pub trait DocumentSink: Sink + DocumentReader {
    /// Makes room for a collection, if there is none yet.
    ///
    /// # Errors
    /// [`StoreError`] when the sink failed.
    async fn prepare(&self, collection: &Collection) -> Result<(), StoreError>;

    /// Removes a collection with all its documents, if it is there.
    ///
    /// # Errors
    /// [`StoreError`] when the sink failed.
    async fn discard(&self, collection: &Collection) -> Result<(), StoreError>;

    /// The work that makes these changes, to be [committed](Sink::commit). A collection has at most one change for a
    /// key.
    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> Self::Work;
}
