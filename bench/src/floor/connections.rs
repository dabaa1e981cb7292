//! The connections that the floor of PostgreSQL is measured over, checked out as a library would have to.

use crate::{Failure, place::postgres::connect};
use std::{
    ops::Deref,
    sync::{Mutex, PoisonError},
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::{Client, Statement};

const CONNECTIONS: usize = 16;
pub(super) const COLUMNS: &str = "(stream_id, version, kind, payload)";

/// A connection with its statements.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) insert: Statement,
    pub(super) insert_many: Statement,
    pub(super) stream: Statement,
    pub(super) log: Statement,
}

impl Connection {
    async fn new(client: Client, schema: &str) -> Result<Self, tokio_postgres::Error> {
        let insert = format!("INSERT INTO {schema}.event {COLUMNS} ");
        let arrays = "SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[])";
        let stream = "SELECT version, kind, payload";
        let log = format!("SELECT position, stream_id, version, kind, payload FROM {schema}.event");
        Ok(Self {
            insert: client.prepare(&format!("{insert} VALUES ($1, $2, $3, $4)")).await?,
            insert_many: client.prepare(&format!("{insert} {arrays}")).await?,
            stream: client
                .prepare(&format!("{stream} FROM {schema}.event WHERE stream_id = $1 ORDER BY version"))
                .await?,
            log: client.prepare(&format!("{log} ORDER BY position")).await?,
            client,
        })
    }
}

/// The smallest pool there can be.
pub(super) struct Connections {
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Connections {
    pub(super) async fn open(url: &str, schema: &str) -> Result<Self, Failure> {
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS {
            idle.push(Connection::new(connect(url).await?, schema).await?);
        }
        Ok(Self { permits: Semaphore::new(CONNECTIONS), idle: Mutex::new(idle) })
    }

    pub(super) async fn take(&self) -> Result<Taken<'_>, Failure> {
        let permit = self.permits.acquire().await?;
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Taken { connections: self, connection, _permit: permit })
    }
}

/// A connection until it is dropped; `None` only while it is given back.
pub(super) struct Taken<'a> {
    connections: &'a Connections,
    connection: Option<Connection>,
    _permit: SemaphorePermit<'a>,
}

impl Deref for Taken<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("there are as many connections as permits")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // Before the permit is given back, which is dropped after this.
        let mut idle = self.connections.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
    }
}
