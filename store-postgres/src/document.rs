use crate::{
    PgStore, PgWork,
    database::Parameters,
    error::Context,
    sql::{Sql, Statement},
};
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    ConsumerName, StoreError,
    sink::{Change, Collection, Document, DocumentReader, DocumentSink, GenerationStore as _},
};
use sqlx::Row as _;
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};
use tokio_postgres::types::{ToSql, Type};

#[async_trait]
impl DocumentReader for PgStore {
    async fn load(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let load = load_statement(&self.inner.database.sql, collection);
        let doing = format!("reading documents of {collection}");
        let rows = self.inner.database.query(&doing, &load, &[&keys]).await?;
        let found: HashMap<&str, &[u8]> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(keys.iter().map(|key| found.get(key.as_str()).map(|body| Bytes::copy_from_slice(body))).collect())
    }

    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let types = vec![Type::TEXT, Type::INT8];
        let scan = self.statement(collection, include_str!("../sql/document/scan.sql"), types);
        let doing = format!("listing documents of {collection}");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // A key is never empty, so empty text is before all of them.
        let rows = self.inner.database.query(&doing, &scan, &[&after.unwrap_or_default(), &limit]).await?;
        let document = |row: &tokio_postgres::Row| {
            Document::new(row.get::<_, String>(0), Bytes::copy_from_slice(row.get(1)))
        };
        Ok(rows.iter().map(document).collect())
    }

    async fn load_active(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let doing = format!("reading documents of {collection}");
        let load = include_str!("../sql/document/load_active.sql");
        let types = vec![Type::TEXT_ARRAY, Type::TEXT, Type::INT4];
        let rows = self.active_rows(&doing, collection, load, types, &[&keys]).await?;
        let found: HashMap<&str, &[u8]> =
            rows.iter().filter_map(|row| Some((row.get::<_, Option<&str>>(1)?, row.get(2)))).collect();
        Ok(keys.iter().map(|key| found.get(key.as_str()).map(|body| Bytes::copy_from_slice(body))).collect())
    }

    async fn scan_active(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let doing = format!("listing documents of {collection}");
        let scan = include_str!("../sql/document/scan_active.sql");
        let types = vec![Type::TEXT, Type::INT8, Type::TEXT, Type::INT4];
        let (after, limit) = (after.unwrap_or_default(), i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = self.active_rows(&doing, collection, scan, types, &[&after, &limit]).await?;
        let document = |row: &tokio_postgres::Row| {
            let key: Option<String> = row.get(1);
            key.map(|key| Document::new(key, Bytes::copy_from_slice(row.get(2))))
        };
        Ok(rows.iter().filter_map(document).collect())
    }
}

#[async_trait]
impl DocumentSink for PgStore {
    async fn prepare(&self, collection: &Collection) -> Result<(), StoreError> {
        let doing = "making room for documents";
        let table = table(self.schema(), collection);
        let exists =
            Statement { text: "SELECT to_regclass($1) IS NOT NULL".to_owned(), types: vec![Type::TEXT] };
        let rows = self.inner.database.query(doing, &exists, &[&table]).await?;
        // Looked for first: to make a table is a right that not everybody has who may use it.
        if rows.iter().any(|row| row.get(0)) {
            return Ok(());
        }
        let make = self.statement(collection, include_str!("../sql/document/table.sql"), Vec::new());
        let mut link = self.inner.database.link(doing).await?;
        match link.run(&make.text).await {
            // Somebody else is making it; PostgreSQL tells one of two that do by an error.
            Err(error) if is_made_already(&error) => Ok(()),
            made => made.doing(doing),
        }
    }

    async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
        let discard = self.statement(collection, include_str!("../sql/document/discard.sql"), Vec::new());
        self.inner.database.execute("removing documents", &discard, &[]).await.map(drop)
    }

    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> PgWork {
        PgWork::changes(&self.inner.database.sql, self.inner.persistent, collection, changes)
    }
}

impl PgWork {
    pub(crate) fn changes(
        sql: &Sql,
        persistent: bool,
        collection: &Collection,
        mut changes: Vec<Change>,
    ) -> Self {
        // In an order that all writers share, so that none waits for another in a circle.
        changes.sort_unstable_by(|a, b| a.key().cmp(b.key()));
        let put = of_table(sql, collection, include_str!("../sql/document/put.sql"));
        let delete = of_table(sql, collection, include_str!("../sql/document/delete.sql"));
        let (mut keys, mut bodies, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for change in changes {
            match change {
                Change::Put(document) => {
                    keys.push(document.key);
                    bodies.push(Vec::from(document.body));
                }
                Change::Delete { key } => gone.push(key),
            }
        }
        Self::new(move |connection| {
            Box::pin(async move {
                if !keys.is_empty() {
                    sqlx::query(sqlx::AssertSqlSafe(put))
                        .persistent(persistent)
                        .bind(keys)
                        .bind(bodies)
                        .execute(&mut *connection)
                        .await?;
                }
                if !gone.is_empty() {
                    sqlx::query(sqlx::AssertSqlSafe(delete))
                        .persistent(persistent)
                        .bind(gone)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
    }
}

impl PgStore {
    /// The rows of a statement that says which generation is active, and has rows of it if that is the one that it was made
    /// for: that which was active when this process last looked.
    async fn active_rows(
        &self,
        doing: &str,
        collection: &Collection,
        text: &str,
        types: Vec<Type>,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        let consumer = collection.consumer().map_err(|e| StoreError::new(doing, e))?;
        let mut generation = self.inner.active.get(&consumer);
        loop {
            let statement =
                self.statement(&collection.clone().in_generation(generation), text, types.clone());
            let (name, number) = (consumer.as_str(), generation as i32);
            let parameters: Vec<_> =
                parameters.iter().copied().chain([&name as &(dyn ToSql + Sync), &number]).collect();
            let active = match self.inner.database.query(doing, &statement, &parameters).await {
                Ok(rows) => match rows.first().map(|row| row.get::<_, i32>(0) as u32) {
                    Some(active) if active != generation => active,
                    _ => return Ok(rows),
                },
                // Its table may have been removed, once another one was active.
                Err(error) => match self.generations(&consumer).await?.active {
                    active if active == generation => return Err(error),
                    active => active,
                },
            };
            self.inner.active.set(&consumer, active);
            generation = active;
        }
    }

    fn statement(&self, collection: &Collection, text: &str, types: Vec<Type>) -> Statement {
        Statement { text: of_table(&self.inner.database.sql, collection, text), types }
    }
}

/// A file's text, for the table of a collection.
fn of_table(sql: &Sql, collection: &Collection, text: &str) -> String {
    sql.text(text).replace("{table}", &table(sql.schema(), collection))
}

/// What loads documents by their keys.
pub(crate) fn load_statement(sql: &Sql, collection: &Collection) -> Statement {
    let text = of_table(sql, collection, include_str!("../sql/document/load.sql"));
    Statement { text, types: vec![Type::TEXT_ARRAY] }
}

/// The documents with these keys in what a statement that loads them has given, at the same index.
pub(crate) fn in_order(
    keys: &[String],
    rows: &[sqlx::postgres::PgRow],
) -> Result<Vec<Option<Bytes>>, sqlx::Error> {
    let mut found: HashMap<&str, &[u8]> = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(keys.iter().map(|key| found.get(key.as_str()).map(|body| Bytes::copy_from_slice(body))).collect())
}

/// Which generation of each read model was active when this process last looked.
#[derive(Default)]
pub(crate) struct Active(RwLock<HashMap<ConsumerName, u32>>);

impl Active {
    fn get(&self, consumer: &ConsumerName) -> u32 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(consumer).copied().unwrap_or_default()
    }

    fn set(&self, consumer: &ConsumerName, generation: u32) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(consumer.clone(), generation);
    }
}

/// A name that needs no quotes: a collection's name has only letters, digits and `_`.
fn table(schema: &str, collection: &Collection) -> String {
    let (name, version) = (collection.name(), collection.version());
    match collection.generation() {
        0 => format!("\"{schema}\".view_{name}_v{version}"),
        generation => format!("\"{schema}\".view_{name}_v{version}_g{generation}"),
    }
}

fn is_made_already(error: &tokio_postgres::Error) -> bool {
    use tokio_postgres::error::SqlState;
    error.code().is_some_and(|state| {
        [&SqlState::UNIQUE_VIOLATION, &SqlState::DUPLICATE_TABLE, &SqlState::DUPLICATE_OBJECT]
            .contains(&state)
    })
}
