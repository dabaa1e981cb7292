//! A schema of its own, and stores in it.

use factum_services::postgres::Server;
use factum_store_postgres::{PgConfig, PgStore};
use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};
use tokio::{runtime, time::sleep};
use tokio_postgres::{Client, NoTls, error::SqlState};

/// The database that the schemas of all tests are in. It stays: to make and drop one for each test takes longer than the test.
const DATABASE: &str = "factum_test";

/// A schema that is dropped with everything in it.
pub(crate) struct Place {
    url: String,
    schema: String,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let server = Server::find().await.unwrap();
        let made = connect(&server.url("postgres"))
            .await
            .batch_execute(&format!("CREATE DATABASE {DATABASE}"))
            .await;
        // Another test makes it, or has made it.
        if let Err(error) = made {
            let made_already = [SqlState::DUPLICATE_DATABASE, SqlState::UNIQUE_VIOLATION];
            assert!(error.code().is_some_and(|code| made_already.contains(code)), "{error}");
        }
        Self { url: server.url(DATABASE), schema: unique_name() }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    pub(crate) fn config(&self) -> PgConfig {
        self.config_at(&self.url)
    }

    /// At another address of the same database. The connections of the stores are known by the name of the schema.
    pub(crate) fn config_at(&self, url: &str) -> PgConfig {
        PgConfig::new(&named(url, &self.schema)).unwrap().schema(&self.schema).unwrap()
    }

    pub(crate) async fn open(&self) -> PgStore {
        self.config().open().await.unwrap()
    }

    /// A connection beside the store, which finds the tables without the name of their schema.
    pub(crate) async fn sql(&self) -> Client {
        let client = connect(&named(&self.url, "beside")).await;
        client.batch_execute(&format!("SET search_path = {}", self.schema)).await.unwrap();
        client
    }

    /// Waits until so many connections of the stores wait for locks.
    pub(crate) async fn waits(&self, count: i64) {
        let sql = self.sql().await;
        until("connections to wait for locks", async || {
            let waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
            sql.query_one(waiting, &[&self.schema]).await.unwrap().get::<_, i64>(0) == count
        })
        .await;
    }
}

/// Waits until it is so, by asking again and again. Nobody says when a server has come to some point.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(1)).await;
    }
}

/// The address, for connections of this name.
pub(crate) fn named(url: &str, name: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}application_name={name}")
}

impl Drop for Place {
    fn drop(&mut self) {
        let (url, drop) = (self.url.clone(), format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema));
        let dropped = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = connect(&url).await;
                // What a test has left open does not keep the others waiting.
                client
                    .batch_execute("SET client_min_messages = warning; SET lock_timeout = '2s'")
                    .await
                    .unwrap();
                client.batch_execute(&drop).await
            })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("schema {} stays", self.schema);
        }
    }
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Processes of the same id can follow each other.
fn unique_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("t{:x}_{:x}_{}", now.as_micros(), process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
