//! A client that sends statements as they are, so that it can speak through a pooler too.

use std::time::Duration;
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// In which everything has to happen that these tests wait for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Client {
    client: tokio_postgres::Client,
    connection: JoinHandle<()>,
}

impl Client {
    pub(crate) async fn connect(url: &str) -> Self {
        Self::try_connect(url).await.unwrap()
    }

    pub(crate) async fn try_connect(url: &str) -> Option<Self> {
        let (client, connection) = timeout(PATIENCE, tokio_postgres::connect(url, NoTls)).await.ok()?.ok()?;
        let connection = tokio::spawn(async move { drop(connection.await) });
        Some(Self { client, connection })
    }

    pub(crate) async fn run(&self, statements: &str) {
        self.client.batch_execute(statements).await.unwrap();
    }

    /// Whether the server did it.
    pub(crate) async fn try_run(&self, statements: &str) -> bool {
        self.client.batch_execute(statements).await.is_ok()
    }

    /// The first column of what a statement returns.
    pub(crate) async fn column(&self, statement: &str) -> Vec<String> {
        let answer = timeout(PATIENCE, self.client.simple_query(statement)).await;
        let messages = answer.expect("an answer in time").unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap().to_owned()),
            _ => None,
        });
        rows.collect()
    }

    /// Waits until the server has ended the connection.
    pub(crate) async fn wait_for_the_end(self) {
        timeout(PATIENCE, self.connection).await.unwrap().unwrap();
    }
}
