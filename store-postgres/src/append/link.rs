use crate::connect::{Connector, Driven};
use std::future::{Future, poll_fn};
use std::{pin::pin, task::Poll};
use tokio_postgres::{Client, Error, Statement};

/// A writer's connection. It is driven by the task that uses it, so that neither has to wake the other.
pub(super) struct Link {
    driven: Driven,
    has_ended: bool,
    pub(super) statements: Option<Statements>,
}

/// Prepared on the connection.
pub(super) struct Statements {
    pub(super) one: Statement,
    pub(super) batch: Statement,
}

impl Link {
    pub(super) async fn connect(connector: &Connector) -> Result<Self, Error> {
        Ok(Self { driven: connector.connect().await?, has_ended: false, statements: None })
    }

    pub(super) async fn prepare(&mut self, sql: &crate::sql::Append) -> Result<(), Error> {
        let statements = self
            .drive(async |client| {
                let one = client.prepare_typed(&sql.one.text, &sql.one.types).await?;
                let batch = client.prepare_typed(&sql.batch.text, &sql.batch.types).await?;
                Ok::<_, Error>(Statements { one, batch })
            })
            .await?;
        self.statements = Some(statements);
        Ok(())
    }

    /// Does `work` with the connection.
    pub(super) async fn drive<T>(&mut self, work: impl AsyncFnOnce(&Client) -> T) -> T {
        let Self { driven: (client, connection), has_ended, .. } = self;
        let mut work = pin!(work(client));
        poll_fn(|cx| {
            // What has come is read before the work is asked, and what it has asked for is sent at once.
            loop {
                // Once the connection is lost, what waits for it fails by itself.
                *has_ended = *has_ended || connection.as_mut().poll(cx).is_ready();
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(done);
                }
                if *has_ended || connection.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                *has_ended = true;
            }
        })
        .await
    }

    /// Whether the connection can still be used, as far as can be seen from here.
    pub(super) async fn is_open(&mut self) -> bool {
        let Self { driven: (client, connection), has_ended, .. } = self;
        poll_fn(|cx| {
            *has_ended = *has_ended || connection.as_mut().poll(cx).is_ready();
            Poll::Ready(!*has_ended && !client.is_closed())
        })
        .await
    }
}
