//! The connections that the store reads with, and how it runs its statements.

use crate::{
    error::Context,
    link::{Link, Links},
    sql::{Sql, Statement},
};
use deadpool::managed::{Object, Pool};
use factum_core::StoreError;
use tokio_postgres::{Row, types::ToSql};

pub(crate) type Parameters<'a> = [&'a (dyn ToSql + Sync)];

pub(crate) struct Database {
    pub(crate) sql: Sql,
    pool: Pool<Links>,
}

impl Database {
    pub(crate) const fn new(sql: Sql, pool: Pool<Links>) -> Self {
        Self { sql, pool }
    }

    /// A connection, until it is dropped.
    pub(crate) async fn link(&self, doing: &str) -> Result<Object<Links>, StoreError> {
        self.pool.get().await.doing(doing)
    }

    /// Runs one statement on a connection of its own, in a transaction of its own.
    pub(crate) async fn query(
        &self,
        doing: &str,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut link = self.link(doing).await?;
        Link::query(&mut link, statement, parameters).await.doing(doing)
    }

    /// Runs one statement that changes something, and says how many rows.
    pub(crate) async fn execute(
        &self,
        doing: &str,
        statement: &Statement,
        parameters: &Parameters<'_>,
    ) -> Result<u64, StoreError> {
        let mut link = self.link(doing).await?;
        Link::execute(&mut link, statement, parameters).await.doing(doing)
    }
}
