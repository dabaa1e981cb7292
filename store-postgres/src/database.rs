//! The connections that the store reads with, and how it runs its statements.

use crate::{
    error::Context,
    sql::{Sql, Statement},
};
use deadpool_postgres::{Object, Pool};
use factum_core::StoreError;
use tokio_postgres::{Row, RowStream, types::ToSql};

pub(crate) type Parameters<'a> = [&'a (dyn ToSql + Sync)];

pub(crate) struct Database {
    pub(crate) sql: Sql,
    pool: Pool,
    /// Behind a pooler that gives a connection for a transaction only, a statement that was prepared once may be somewhere
    /// else the next time.
    prepare: bool,
}

impl Database {
    pub(crate) const fn new(sql: Sql, pool: Pool, prepare: bool) -> Self {
        Self { sql, pool, prepare }
    }

    pub(crate) async fn client(&self, doing: &str) -> Result<Object, StoreError> {
        self.pool.get().await.doing(doing)
    }

    /// Runs one statement on a connection of its own, in a transaction of its own.
    pub(crate) async fn query(
        &self,
        doing: &str,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let client = self.client(doing).await?;
        self.query_on(&client, statement, parameters).await.doing(doing)
    }

    /// Runs one statement that changes something, and says how many rows.
    pub(crate) async fn execute(
        &self,
        doing: &str,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<u64, StoreError> {
        let client = self.client(doing).await?;
        if self.prepare {
            let prepared =
                client.prepare_typed_cached(&statement.text, &statement.types).await.doing(doing)?;
            return client.execute(&prepared, parameters).await.doing(doing);
        }
        client.execute_typed(&statement.text, &typed(statement, parameters)).await.doing(doing)
    }

    pub(crate) async fn query_on(
        &self,
        client: &Object,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        if self.prepare {
            let prepared = client.prepare_typed_cached(&statement.text, &statement.types).await?;
            return client.query(&prepared, parameters).await;
        }
        client.query_typed(&statement.text, &typed(statement, parameters)).await
    }

    /// The rows as they come.
    pub(crate) async fn stream(
        &self,
        client: &Object,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<RowStream, tokio_postgres::Error> {
        if self.prepare {
            let prepared = client.prepare_typed_cached(&statement.text, &statement.types).await?;
            return client.query_raw(&prepared, parameters.iter().copied()).await;
        }
        client.query_typed_raw(&statement.text, typed(statement, parameters)).await
    }
}

fn typed<'a>(
    statement: &Statement,
    parameters: &Parameters<'a>,
) -> Vec<(&'a (dyn ToSql + Sync), tokio_postgres::types::Type)> {
    parameters.iter().copied().zip(statement.types.iter().cloned()).collect()
}
