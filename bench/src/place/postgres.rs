//! Schemas of a database on a server of PostgreSQL.

use crate::{Failure, floor};
use factum::postgres::{PgConfig, PgStore};
use std::{
    num::NonZeroUsize,
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::SystemTime,
};
use tokio_postgres::{Client, NoTls};

/// A schema for a store and one for its floor, dropped with everything in them.
pub(crate) struct Schema {
    url: String,
    name: String,
}

/// A store, and an empty table to compare it with.
pub(crate) struct Bed {
    pub(crate) store: PgStore,
    pub(crate) floor: floor::postgres::Floor,
    // Last, so that it is dropped when nobody uses it any more.
    pub(crate) schema: Schema,
}

impl Bed {
    pub(crate) async fn make(url: &str, writers: NonZeroUsize) -> Result<Self, Failure> {
        let schema = Schema::make(url).await?;
        let store = schema.config()?.writers(writers).open().await?;
        let floor = floor::postgres::Floor::new(url, &schema.floor()).await?;
        Ok(Self { store, floor, schema })
    }
}

impl Schema {
    /// Chooses a name, and makes the schema of the floor; a store makes its own.
    pub(crate) async fn make(url: &str) -> Result<Self, Failure> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_micros();
        let name = format!("bench_{now:x}_{:x}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let schema = Self { url: url.to_owned(), name };
        schema.connect().await?.batch_execute(&format!("CREATE SCHEMA {}", schema.floor())).await?;
        Ok(schema)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// That of the store.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn floor(&self) -> String {
        format!("{}_floor", self.name)
    }

    pub(crate) fn config(&self) -> Result<PgConfig, Failure> {
        Ok(PgConfig::new(&self.url)?.schema(&self.name)?)
    }

    pub(crate) async fn connect(&self) -> Result<Client, Failure> {
        connect(&self.url).await
    }

    /// Has the planner know what is in the tables, as it does in a log that has grown over time.
    pub(crate) async fn analyze(&self) -> Result<(), Failure> {
        let client = self.connect().await?;
        let tables = "SELECT format('ANALYZE %I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname IN ($1, $2)";
        for row in client.query(tables, &[&self.name, &self.floor()]).await? {
            client.batch_execute(row.get(0)).await?;
        }
        Ok(())
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let url = self.url.clone();
        let drop = format!(
            "SET client_min_messages = warning; SET lock_timeout = '10s';
             DROP SCHEMA IF EXISTS {0}, {0}_floor, {0}_without CASCADE",
            self.name
        );
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { Ok::<_, Failure>(connect(&url).await?.batch_execute(&drop).await?) })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("schema {} stays", self.name);
        }
    }
}

pub(crate) async fn connect(url: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    // Ends with the client, which is told of its errors.
    tokio::spawn(connection);
    Ok(client)
}

/// How much the server has written to its log so far, in bytes.
pub(crate) async fn written(client: &Client) -> Result<i64, Failure> {
    let written = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
    Ok(client.query_one(written, &[]).await?.get(0))
}
