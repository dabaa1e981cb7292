//! Views that are folded on demand and kept nowhere.

use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    StoreError, View,
    event::Recorded,
    sink::{Collection, Document, DocumentReader},
    store::{EventReader, ReadLog},
};
use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    sync::Arc,
};

/// The documents of a view, folded from the log whenever they are read.
///
/// They are never behind, and cost a read of all the view's events each time: right for rare questions, and for
/// trying a view out. Through [`Documents`](factum_core::Documents) it reads like a view that is kept.
pub struct Live<V> {
    view: V,
    store: Arc<dyn EventReader>,
}

impl<V: View> Live<V> {
    /// Folds `view` from the events of `store`.
    pub fn new(view: V, store: impl EventReader) -> Self {
        Self { view, store: Arc::new(store) }
    }

    /// The documents with the keys that `wanted` accepts, by printed key.
    async fn fold(
        &self,
        wanted: impl Fn(&str) -> bool + Send,
    ) -> Result<BTreeMap<String, V::Document>, StoreError> {
        let mut documents = BTreeMap::new();
        let mut next = Some(ReadLog::new(self.view.query()));
        while let Some(request) = next {
            let page = self.store.read_log(request.clone()).await?;
            next = request.following(&page);
            for event in page.events {
                self.apply(&event.decode().map_err(folding)?, &wanted, &mut documents)?;
            }
        }
        Ok(documents)
    }

    fn apply(
        &self,
        event: &Recorded<V::Event>,
        wanted: impl Fn(&str) -> bool,
        documents: &mut BTreeMap<String, V::Document>,
    ) -> Result<(), StoreError> {
        for (printed, key) in self.view.keys(event).printed().map_err(folding)? {
            if !wanted(&printed) {
                continue;
            }
            let document = documents.entry(printed.clone()).or_default();
            self.view.fold(&key, document, event);
            if !self.view.keep(document) {
                documents.remove(&printed);
            }
        }
        Ok(())
    }
}

fn folding(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::corrupt("folding a live view", source)
}

fn body<D: serde::Serialize>(document: &D) -> Result<Bytes, StoreError> {
    serde_json::to_vec(document).map(Bytes::from).map_err(|e| StoreError::new("writing a document", e))
}

#[async_trait]
impl<V: View> DocumentReader for Live<V> {
    async fn load(
        &self,
        _collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let wanted: HashSet<&str> = keys.iter().map(String::as_str).collect();
        let documents = self.fold(|key| wanted.contains(key)).await?;
        keys.iter().map(|key| documents.get(key).map(body).transpose()).collect()
    }

    async fn scan(
        &self,
        _collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let documents = self.fold(|key| after.as_deref().is_none_or(|after| key > after)).await?;
        documents
            .into_iter()
            .take(limit)
            .map(|(key, document)| Ok(Document::new(key, body(&document)?)))
            .collect()
    }
}

impl<V: View> fmt::Debug for Live<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Live({} v{})", V::NAME, V::VERSION)
    }
}
