use crate::{SqliteStore, SqliteWork, error::Context, generation::generations};
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    StoreError,
    sink::{Change, Collection, Document, DocumentReader, DocumentSink},
};
use rusqlite::{Connection, OptionalExtension};

#[async_trait]
impl DocumentReader for SqliteStore {
    async fn load(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        self.read_table(collection, "reading documents", move |connection, table| {
            load_from(connection, table, &keys)
        })
        .await
    }

    async fn load_active(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let read = move |connection: &Connection, table: &str| load_from(connection, table, &keys);
        self.read_active(collection, "reading documents", read).await
    }

    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let read = move |connection: &Connection, table: &str| scan(connection, table, after, limit);
        self.read_table(collection, "listing documents", read).await
    }

    async fn scan_active(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let read = move |connection: &Connection, table: &str| scan(connection, table, after, limit);
        self.read_active(collection, "listing documents", read).await
    }
}

impl SqliteStore {
    async fn read_table<T: Send + 'static>(
        &self,
        collection: &Collection,
        doing: &'static str,
        read: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (table, of) = (table(collection), collection.clone());
        let read = move |connection: &Connection, _: &mut _| read(connection, &table);
        self.inner.readers.read(move || format!("{doing} of {of}"), read).await
    }

    /// Of the generation that is active, as one state of the file says.
    async fn read_active<T: Send + 'static>(
        &self,
        collection: &Collection,
        doing: &'static str,
        read: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let consumer = collection.consumer().map_err(|e| StoreError::new(doing, e))?;
        let (collection, of) = (collection.clone(), collection.clone());
        let read = move |connection: &Connection, _: &mut _| {
            // A read has one state of the file, from its beginning to its end.
            let active = generations(connection, &consumer)?.active;
            read(connection, &table(&collection.in_generation(active)))
        };
        self.inner.readers.read(move || format!("{doing} of {of}"), read).await
    }
}

/// The documents with these keys as they are in an open transaction.
pub(crate) fn load(
    connection: &Connection,
    collection: &Collection,
    keys: &[String],
) -> rusqlite::Result<Vec<Option<Bytes>>> {
    load_from(connection, &table(collection), keys)
}

fn load_from(connection: &Connection, table: &str, keys: &[String]) -> rusqlite::Result<Vec<Option<Bytes>>> {
    let mut find = connection.prepare_cached(&format!("SELECT document FROM {table} WHERE key = ?1"))?;
    keys.iter().map(|key| find.query_row([key], |row| body(row, 0)).optional()).collect()
}

fn scan(
    connection: &Connection,
    table: &str,
    after: Option<String>,
    limit: usize,
) -> rusqlite::Result<Vec<Document>> {
    let sql = format!("SELECT key, document FROM {table} WHERE key > ?1 ORDER BY key LIMIT ?2");
    let mut list = connection.prepare_cached(&sql)?;
    // A key is never empty, so empty text is before all of them.
    let documents = list.query_map((after.unwrap_or_default(), limit as i64), |row| {
        Ok(Document::new(row.get::<_, String>(0)?, body(row, 1)?))
    })?;
    documents.collect()
}

#[async_trait]
impl DocumentSink for SqliteStore {
    async fn prepare(&self, collection: &Collection) -> Result<(), StoreError> {
        let sql = include_str!("../sql/document/table.sql").replace("{table}", &table(collection));
        let doing = "making room for documents";
        let work = move |connection: &Connection| connection.execute_batch(&sql).doing(doing);
        self.inner.writer.write(doing, work).await
    }

    async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
        let sql = format!("DROP TABLE IF EXISTS {}", table(collection));
        let doing = "removing documents";
        let work = move |connection: &Connection| connection.execute_batch(&sql).doing(doing);
        self.inner.writer.write(doing, work).await
    }

    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> SqliteWork {
        SqliteWork::changes(collection, changes)
    }
}

impl SqliteWork {
    pub(crate) fn changes(collection: &Collection, mut changes: Vec<Change>) -> Self {
        let table = table(collection);
        // In the order of the table, where neighbours lie on one page.
        changes.sort_unstable_by(|a, b| a.key().cmp(b.key()));
        Self::new(move |connection| {
            let put = include_str!("../sql/document/put.sql").replace("{table}", &table);
            let delete = include_str!("../sql/document/delete.sql").replace("{table}", &table);
            let mut put = connection.prepare_cached(&put)?;
            let mut delete = connection.prepare_cached(&delete)?;
            for change in &changes {
                match change {
                    Change::Put(document) => {
                        put.execute((&document.key, std::str::from_utf8(&document.body)?))?;
                    }
                    Change::Delete { key } => {
                        delete.execute([key])?;
                    }
                }
            }
            Ok(())
        })
    }
}

/// A name that needs no quotes: a collection's name has only letters, digits and `_`.
pub(crate) fn table(collection: &Collection) -> String {
    match collection.generation() {
        0 => format!("view_{}_v{}", collection.name(), collection.version()),
        generation => format!("view_{}_v{}_g{generation}", collection.name(), collection.version()),
    }
}

fn body(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Bytes> {
    Ok(Bytes::copy_from_slice(row.get_ref(column)?.as_str()?.as_bytes()))
}
