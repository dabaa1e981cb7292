use crate::{MemoryStore, schema::Tables};
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    ConsumerName, MessageKey, StoreError,
    checkpoint::Advance,
    sink::{
        Change, Collection, CommitError, Document, DocumentReader, DocumentSink, InboxSink, Sink, WorkError,
    },
};
use std::{fmt, ops::Bound};

/// What a projection does inside a transaction of a [`MemoryStore`].
pub struct MemoryWork(Box<Work>);

type Work = dyn FnOnce(&mut MemoryTransaction<'_>) -> Result<(), WorkError> + Send;

impl MemoryWork {
    /// Work that is done when it is committed. What it writes is dropped if it fails.
    pub fn new(
        work: impl FnOnce(&mut MemoryTransaction<'_>) -> Result<(), WorkError> + Send + 'static,
    ) -> Self {
        Self(Box::new(work))
    }
}

impl MemoryWork {
    pub(crate) fn changes(collection: &Collection, changes: Vec<Change>) -> Self {
        let collection = collection.clone();
        Self::new(move |transaction| {
            changes.into_iter().for_each(|change| transaction.change(&collection, change));
            Ok(())
        })
    }

    /// What it is going to write.
    pub(crate) fn run(self, tables: &Tables) -> Result<Writes, WorkError> {
        let mut transaction = MemoryTransaction { tables, changes: Vec::new() };
        (self.0)(&mut transaction)?;
        Ok(transaction.changes)
    }
}

impl Default for MemoryWork {
    fn default() -> Self {
        Self::new(|_| Ok(()))
    }
}

impl fmt::Debug for MemoryWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryWork")
    }
}

/// Changes of documents, in order.
pub(crate) type Writes = Vec<(Collection, Change)>;

/// A transaction over the documents of a [`MemoryStore`].
pub struct MemoryTransaction<'a> {
    tables: &'a Tables,
    /// Applied once the work has succeeded.
    changes: Writes,
}

impl MemoryTransaction<'_> {
    /// The document as it was before the transaction.
    #[must_use]
    pub fn get(&self, collection: &Collection, key: &str) -> Option<&Bytes> {
        self.tables.documents.get(collection)?.get(key)
    }

    /// Changes a document when the transaction commits.
    pub fn change(&mut self, collection: &Collection, change: Change) {
        self.changes.push((collection.clone(), change));
    }
}

impl fmt::Debug for MemoryTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransaction").field("changes", &self.changes).finish_non_exhaustive()
    }
}

#[async_trait]
impl Sink for MemoryStore {
    type Work = MemoryWork;

    async fn commit(&self, work: MemoryWork, advance: Advance) -> Result<(), CommitError> {
        let mut tables = self.write();
        let moved = advance.apply_to(tables.checkpoints.get(&advance.key).copied())?;
        let writes = work.run(&tables).map_err(CommitError::Work)?;
        tables.write_documents(writes);
        tables.move_checkpoint(advance, moved, self.clock().now());
        Ok(())
    }
}

#[async_trait]
impl InboxSink for MemoryStore {
    async fn commit_received(
        &self,
        work: MemoryWork,
        advance: Advance,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<bool, CommitError> {
        let mut tables = self.write();
        let moved = advance.apply_to(tables.checkpoints.get(&advance.key).copied())?;
        if tables.has_received_any(consumer, messages) {
            return Ok(false);
        }
        let writes = work.run(&tables).map_err(CommitError::Work)?;
        let now = self.clock().now();
        tables.write_documents(writes);
        tables.receive(consumer, messages, now);
        tables.move_checkpoint(advance, moved, now);
        Ok(true)
    }
}

#[async_trait]
impl DocumentReader for MemoryStore {
    async fn load(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        Ok(self.read().load(collection, &keys))
    }

    async fn load_active(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let tables = self.read();
        Ok(tables.load(&tables.active(collection), &keys))
    }

    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        Ok(self.read().scan(collection, after, limit))
    }

    async fn scan_active(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let tables = self.read();
        Ok(tables.scan(&tables.active(collection), after, limit))
    }
}

impl Tables {
    /// The same collection in the generation that is read.
    fn active(&self, collection: &Collection) -> Collection {
        let begun = collection.consumer().ok().and_then(|consumer| self.generations.get(&consumer));
        collection.clone().in_generation(begun.map_or(0, |begun| begun.generations.active))
    }

    pub(crate) fn write_documents(&mut self, writes: Writes) {
        for (collection, change) in writes {
            let documents = self.documents.entry(collection).or_default();
            match change {
                Change::Put(document) => documents.insert(document.key, document.body),
                Change::Delete { key } => documents.remove(&key),
            };
        }
    }

    pub(crate) fn load(&self, collection: &Collection, keys: &[String]) -> Vec<Option<Bytes>> {
        let documents = self.documents.get(collection);
        keys.iter().map(|key| documents?.get(key).cloned()).collect()
    }

    fn scan(&self, collection: &Collection, after: Option<String>, limit: usize) -> Vec<Document> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let all = self.documents.get(collection).into_iter();
        let documents = all.flat_map(|documents| documents.range((from.clone(), Bound::Unbounded)));
        documents.take(limit).map(|(key, body)| Document::new(key, body.clone())).collect()
    }
}

#[async_trait]
impl DocumentSink for MemoryStore {
    async fn prepare(&self, _collection: &Collection) -> Result<(), StoreError> {
        Ok(())
    }

    async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
        self.write().documents.remove(collection);
        Ok(())
    }

    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> MemoryWork {
        MemoryWork::changes(collection, changes)
    }
}
