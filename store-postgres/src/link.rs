//! A connection that is driven by whoever uses it: the task that asks also sends and receives, so that no other has to be
//! woken for it. Between two processors, a wake-up costs more than a short statement.

use crate::{
    connect::{Connection, Connector},
    database::Parameters,
    names::Servers,
    sql::Statement,
};
use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use foldhash::HashMap;
use futures_util::future::join;
use std::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio_postgres::{
    Client, CopyOutStream, Error, Row, RowStream,
    types::{ToSql, Type},
};

/// A connection, and the statements that it has prepared.
///
/// A use of it that is dropped half-way leaves it in order: what the server still sends is read, and thrown away, by the
/// next one. A transaction that is dropped half-way does not, so its connection must not be used again.
pub(crate) struct Link {
    client: Client,
    /// `None` once it has ended. It is dropped then, since it keeps hold of those who wait for an answer: only by its
    /// being dropped do they learn that there will be none.
    connection: Option<Connection>,
    prepared: HashMap<String, tokio_postgres::Statement>,
    /// Behind a pooler that gives a connection for a transaction only, a statement that was prepared once may be somewhere
    /// else the next time.
    prepares: bool,
}

impl Link {
    pub(crate) async fn connect(connector: &Connector, prepares: bool) -> Result<Self, Error> {
        let (client, connection) = connector.connect().await?;
        Ok(Self { client, connection: Some(connection), prepared: HashMap::default(), prepares })
    }

    /// Whether the connection can still be used, as far as can be seen from here.
    pub(crate) async fn is_open(&mut self) -> bool {
        poll_fn(|cx| {
            go_on(&mut self.connection, cx);
            Poll::Ready(self.connection.is_some() && !self.client.is_closed())
        })
        .await
    }

    /// Whether what is prepared on the connection can be used afterwards, which anything but a plain query needs.
    pub(crate) const fn keeps_statements(&self) -> bool {
        self.prepares
    }

    pub(crate) async fn query(
        &mut self,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, Error> {
        if !self.prepares {
            let (client, driver) = self.parts();
            return driver.drive(client.query_typed(&statement.text, &typed(statement, parameters))).await;
        }
        let prepared = self.prepare(statement).await?;
        let (client, driver) = self.parts();
        driver.drive(client.query(&prepared, parameters)).await
    }

    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<u64, Error> {
        if !self.prepares {
            let (client, driver) = self.parts();
            return driver.drive(client.execute_typed(&statement.text, &typed(statement, parameters))).await;
        }
        let prepared = self.prepare(statement).await?;
        let (client, driver) = self.parts();
        driver.drive(client.execute(&prepared, parameters)).await
    }

    /// Runs a statement, and has `take` look at the rows as they come.
    pub(crate) async fn stream<T>(
        &mut self,
        statement: &Statement,
        parameters: &Parameters<'_>,
        take: impl AsyncFnOnce(RowStream) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let prepared = match self.prepares {
            true => Some(self.prepare(statement).await?),
            false => None,
        };
        let (client, driver) = self.parts();
        let rows = async {
            let rows = match &prepared {
                Some(prepared) => client.query_raw(prepared, parameters.iter().copied()).await?,
                None => client.query_typed_raw(&statement.text, typed(statement, parameters)).await?,
            };
            take(rows).await
        };
        driver.drive(rows).await
    }

    /// Runs `first`, and has `take` look at what `copy` gives as it comes. Both are sent together.
    pub(crate) async fn copy<T>(
        &mut self,
        first: (&Statement, &Parameters<'_>),
        copy: &Statement,
        take: impl AsyncFnOnce(CopyOutStream) -> T,
    ) -> Result<T, Error> {
        let prepared = self.prepare(first.0).await?;
        let copied = self.prepare(copy).await?;
        let (client, driver) = self.parts();
        let rows = async {
            // In this order, in which they are polled, they reach the server.
            let (ran, rows) = join(client.execute(&prepared, first.1), client.copy_out(&copied)).await;
            ran?;
            Ok(take(rows?).await)
        };
        driver.drive(rows).await
    }

    /// Runs statements without parameters.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), Error> {
        let (client, driver) = self.parts();
        driver.drive(client.batch_execute(sql)).await
    }

    /// The client, and what has to drive whatever it is asked for.
    pub(crate) fn parts(&mut self) -> (&Client, Driver<'_>) {
        (&self.client, Driver { connection: &mut self.connection })
    }

    async fn prepare(&mut self, statement: &Statement) -> Result<tokio_postgres::Statement, Error> {
        if let Some(prepared) = self.prepared.get(&statement.text) {
            return Ok(prepared.clone());
        }
        let (client, driver) = self.parts();
        let prepared = driver.drive(client.prepare_typed(&statement.text, &statement.types)).await?;
        self.prepared.insert(statement.text.clone(), prepared.clone());
        Ok(prepared)
    }
}

fn typed<'a>(statement: &Statement, parameters: &Parameters<'a>) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    parameters.iter().copied().zip(statement.types.iter().cloned()).collect()
}

/// Drives a connection while something is done with its client.
pub(crate) struct Driver<'a> {
    connection: &'a mut Option<Connection>,
}

impl Driver<'_> {
    pub(crate) async fn drive<T>(self, work: impl Future<Output = T>) -> T {
        let Self { connection } = self;
        let mut work = pin!(work);
        poll_fn(|cx| {
            // What has come is read before the work is asked, and what it has asked for is sent at once.
            loop {
                // Once the connection is lost, what waits for it fails by itself.
                go_on(connection, cx);
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(done);
                }
                let was_open = connection.is_some();
                go_on(connection, cx);
                if !was_open || connection.is_some() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }
}

/// Sends and receives, as far as there is something to.
fn go_on(connection: &mut Option<Connection>, cx: &mut Context<'_>) {
    if connection.as_mut().is_some_and(|connection| connection.as_mut().poll(cx).is_ready()) {
        *connection = None;
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("prepared", &self.prepared.len()).finish_non_exhaustive()
    }
}

/// Makes the links of a pool.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) connector: Connector,
    pub(crate) prepares: bool,
    pub(crate) servers: Arc<Servers>,
}

impl Manager for Links {
    type Type = Link;
    type Error = Error;

    async fn create(&self) -> Result<Link, Error> {
        Link::connect(&self.connector, self.prepares).await
    }

    async fn recycle(&self, link: &mut Link, _: &Metrics) -> RecycleResult<Error> {
        match link.is_open().await {
            true => Ok(()),
            false => {
                self.servers.may_have_changed();
                Err(RecycleError::message("the connection was lost"))
            }
        }
    }
}
