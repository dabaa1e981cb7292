use crate::{SqliteStore, SqliteWork, error::Context};
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
        let sql = format!("SELECT document FROM {} WHERE key = ?1", table(collection));
        let doing = {
            let collection = collection.clone();
            move || format!("reading documents of {collection}")
        };
        let read = move |connection: &Connection, _: &mut _| {
            let mut find = connection.prepare_cached(&sql)?;
            keys.iter().map(|key| find.query_row([key], |row| body(row, 0)).optional()).collect()
        };
        self.inner.readers.read(doing, read).await
    }

    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let sql =
            format!("SELECT key, document FROM {} WHERE key > ?1 ORDER BY key LIMIT ?2", table(collection));
        let doing = {
            let collection = collection.clone();
            move || format!("listing documents of {collection}")
        };
        let read = move |connection: &Connection, _: &mut _| {
            let mut list = connection.prepare_cached(&sql)?;
            // A key is never empty, so empty text is before all of them.
            let documents = list.query_map((after.unwrap_or_default(), limit as i64), |row| {
                Ok(Document::new(row.get::<_, String>(0)?, body(row, 1)?))
            })?;
            documents.collect()
        };
        self.inner.readers.read(doing, read).await
    }
}

#[async_trait]
impl DocumentSink for SqliteStore {
    async fn prepare(&self, collection: &Collection) -> Result<(), StoreError> {
        let sql = include_str!("../sql/document/table.sql").replace("{table}", &table(collection));
        let doing = "making room for documents";
        let work = move |connection: &Connection| connection.execute_batch(&sql).doing(doing);
        self.inner.writer.write(doing, work).await
    }

    fn changes(&self, collection: &Collection, mut changes: Vec<Change>) -> SqliteWork {
        let table = table(collection);
        // In the order of the table, where neighbours lie on one page.
        changes.sort_unstable_by(|a, b| a.key().cmp(b.key()));
        SqliteWork::new(move |connection| {
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
fn table(collection: &Collection) -> String {
    format!("view_{}_v{}", collection.name(), collection.version())
}

fn body(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Bytes> {
    Ok(Bytes::copy_from_slice(row.get_ref(column)?.as_str()?.as_bytes()))
}
