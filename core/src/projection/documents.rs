use super::{ReadModel, View};
use crate::{
    AskError, StoreError,
    sink::{Collection, Differences, DocumentReader},
};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::{fmt, marker::PhantomData, sync::Arc};

/// The documents of a view, to read. What [`ReadQuery`](crate::ReadQuery)s are answered from.
///
/// Where the documents come from, kept by a sink or folded on demand, it does not say: the lifecycle of a view can
/// change without its readers.
pub struct Documents<V> {
    reader: Arc<dyn DocumentReader>,
    view: PhantomData<fn() -> V>,
}

/// How many documents are read at once by [`Documents::all`].
const PAGE: usize = 1_000;

impl<V: View> ReadModel for Documents<V> {
    type Projection = V;
}

impl<V: View> Documents<V> {
    /// The documents of `V` as `reader` has them.
    #[must_use]
    pub fn new(reader: Arc<dyn DocumentReader>) -> Self {
        Self { reader, view: PhantomData }
    }

    /// The document with this key, if there is one.
    ///
    /// # Errors
    /// [`AskError::Store`] when it cannot be read.
    pub async fn get(&self, key: &V::Key) -> Result<Option<V::Document>, AskError> {
        Ok(self.get_many([key]).await?.pop().flatten())
    }

    /// The documents with these keys, at the same index; `None` for those that do not exist.
    ///
    /// # Errors
    /// [`AskError::Store`] when they cannot be read.
    pub async fn get_many(
        &self,
        keys: impl IntoIterator<Item = &V::Key>,
    ) -> Result<Vec<Option<V::Document>>, AskError> {
        let collection = Self::collection()?;
        let keys: Vec<_> = keys.into_iter().map(ToString::to_string).collect();
        let bodies = self.reader.load_active(&collection, keys.clone()).await?;
        let read = |(key, body): (String, Option<Bytes>)| {
            body.map(|body| decode(&collection, &key, &body)).transpose()
        };
        keys.into_iter().zip(bodies).map(read).collect()
    }

    /// At most `limit` documents with the keys under which they are kept, in the order of the keys, by bytes; only
    /// those after `after`.
    ///
    /// # Errors
    /// [`AskError::Store`] when they cannot be read.
    pub async fn page(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, V::Document)>, AskError> {
        let collection = Self::collection()?;
        let documents = self.reader.scan_active(&collection, after.map(str::to_owned), limit).await?;
        documents
            .into_iter()
            .map(|document| Ok((document.key.clone(), decode(&collection, &document.key, &document.body)?)))
            .collect()
    }

    /// All documents with the keys under which they are kept, in the order of the keys, by bytes.
    ///
    /// # Errors
    /// [`AskError::Store`] when they cannot be read.
    pub async fn all(&self) -> Result<Vec<(String, V::Document)>, AskError> {
        let mut all: Vec<(String, V::Document)> = Vec::new();
        loop {
            let page = self.page(all.last().map(|(key, _)| key.as_str()), PAGE).await?;
            let last = page.len() < PAGE;
            all.extend(page);
            if last {
                return Ok(all);
            }
        }
    }

    /// Where two generations of the read model differ, such as the one that is read and one that was made anew and is held.
    ///
    /// # Errors
    /// [`AskError`] when the view's name cannot be kept.
    pub fn differences(&self, before: u32, after: u32) -> Result<Differences<'_>, AskError> {
        let of = |generation| Ok::<_, AskError>(Self::collection()?.in_generation(generation));
        Ok(Differences::between(&*self.reader, of(before)?, of(after)?))
    }

    fn collection() -> Result<Collection, AskError> {
        Collection::new(V::NAME, V::VERSION).map_err(|invalid| AskError::Answer(invalid.into()))
    }
}

fn decode<D: DeserializeOwned>(collection: &Collection, key: &str, body: &[u8]) -> Result<D, AskError> {
    serde_json::from_slice(body)
        .map_err(|e| StoreError::corrupt(format!("reading document {key:?} of {collection}"), e).into())
}

impl<V> Clone for Documents<V> {
    fn clone(&self) -> Self {
        Self { reader: Arc::clone(&self.reader), view: PhantomData }
    }
}

impl<V: View> fmt::Debug for Documents<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Documents({} v{})", V::NAME, V::VERSION)
    }
}
