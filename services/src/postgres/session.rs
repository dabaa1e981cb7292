use crate::Error;
use std::{ops::Deref, time::Duration};
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::{Client, NoTls};

/// A server on the same machine answers in no time, and one that does not within this is none for tests.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection, until it is dropped.
pub(crate) struct Session {
    client: Client,
    connection: JoinHandle<()>,
}

impl Session {
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let doing = "connecting to PostgreSQL";
        let connected = timeout(PATIENCE, tokio_postgres::connect(url, NoTls)).await;
        let (client, connection) =
            connected.map_err(|e| Error::refused(doing, &e))?.map_err(|e| Error::refused(doing, &e))?;
        // What it fails with, the next statement fails with.
        let connection = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { client, connection })
    }

    pub(crate) async fn run(&self, doing: &str, statement: &str) -> Result<(), Error> {
        self.client.batch_execute(statement).await.map_err(|e| Error::refused(doing, &e))
    }
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
