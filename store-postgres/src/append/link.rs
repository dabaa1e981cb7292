use crate::connect::{Connector, Driving};
use std::future::{Future, poll_fn};
use std::{
    pin::pin,
    task::{Context, Poll},
};
use tokio_postgres::{Client, Error, Statement};

/// A writer's connection. It is driven by the task that uses it, so that neither has to wake the other.
pub(super) struct Link {
    client: Client,
    /// `None` once it has ended. It is dropped then, since it keeps hold of those who wait for an answer, and only by
    /// its being dropped do they learn that there will be none.
    driving: Option<Driving>,
    pub(super) statements: Option<Statements>,
}

/// Prepared on the connection.
pub(super) struct Statements {
    pub(super) one: Statement,
    pub(super) batch: Statement,
}

impl Link {
    pub(super) async fn connect(connector: &Connector) -> Result<Self, Error> {
        let (client, driving) = connector.connect().await?;
        Ok(Self { client, driving: Some(driving), statements: None })
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
        let Self { client, driving, .. } = self;
        let mut work = pin!(work(client));
        poll_fn(|cx| {
            // What has come is read before the work is asked, and what it has asked for is sent at once.
            loop {
                // Once the connection is lost, what waits for it fails by itself.
                go_on(driving, cx);
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(done);
                }
                let was_open = driving.is_some();
                go_on(driving, cx);
                if !was_open || driving.is_some() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Whether the connection can still be used, as far as can be seen from here.
    pub(super) async fn is_open(&mut self) -> bool {
        poll_fn(|cx| {
            go_on(&mut self.driving, cx);
            Poll::Ready(self.driving.is_some() && !self.client.is_closed())
        })
        .await
    }
}

fn go_on(driving: &mut Option<Driving>, cx: &mut Context<'_>) {
    if driving.as_mut().is_some_and(|driving| driving.as_mut().poll(cx).is_ready()) {
        *driving = None;
    }
}
