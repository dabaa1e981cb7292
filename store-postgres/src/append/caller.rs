use super::batch::{Batch, Found};
use crate::{
    PgStore,
    error::{Context, is_lost_race},
    row::Micros,
};
use factum_core::{Append, AppendError, Receipt, StoreError};
use sqlx::{PgConnection, Row, postgres::PgRow};
use tokio_postgres::error::SqlState;

impl PgStore {
    /// Appends in a transaction of the caller's, with the same checks and the same order as everywhere else: the events are
    /// there when the transaction has committed, and never if it is rolled back.
    ///
    /// ```no_run
    /// # use factum_core::{Append, AppendError};
    /// # use factum_store_postgres::{PgStore, sqlx};
    /// # async fn run(store: PgStore, append: Append) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut transaction = store.pool().begin().await?;
    /// sqlx::query("UPDATE seats SET taken = taken + 1").execute(&mut *transaction).await?;
    /// store.append_in(&mut transaction, append).await?;
    /// transaction.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Caller's duties
    /// End the transaction soon. Until then readers are not shown what others append after this, and who appends to the
    /// same stream waits. Whether the commit succeeded is for the caller to find out, as with any transaction.
    ///
    /// The transaction is on this store's database, and its isolation level is READ COMMITTED, PostgreSQL's default: one
    /// that goes on seeing the past cannot see whom it would conflict with, and is refused.
    ///
    /// # Errors
    /// [`AppendError`]; nothing of the append is written then, and the transaction can go on.
    pub async fn append_in(
        &self,
        transaction: &mut PgConnection,
        append: Append,
    ) -> Result<Receipt, AppendError> {
        let Some(prepared) = self.prepare(append, true).await? else {
            return Ok(Receipt::empty(self.inner.log));
        };
        if let Some(id) = first_twice(&prepared.ids()) {
            return Err(AppendError::DuplicateEvent(id));
        }
        let doing = "appending in a transaction";
        let sql = &self.inner.database.sql.append.batch.text;
        run(transaction, "SAVEPOINT factum_append").await.doing(doing)?;
        // Another writer may be faster, as often as it likes.
        for attempt in 1.. {
            let batch = Batch::new(&[&prepared], &self.inner.names, false, None)?;
            let called = batch
                .bind_to(sqlx::query(sqlx::AssertSqlSafe(sql.as_str())))
                .fetch_one(&mut *transaction)
                .await;
            let error = match called {
                Ok(row) => {
                    let found = found(&row).doing(doing)?;
                    run(transaction, "RELEASE SAVEPOINT factum_append").await.doing(doing)?;
                    let outcome = found.outcomes(self.inner.log, &[&prepared]).pop();
                    let outcome =
                        outcome.unwrap_or_else(|| Err(StoreError::new(doing, "there is no outcome").into()));
                    if let Ok(receipt) = &outcome {
                        self.inner.watermark.expect(receipt.position());
                    }
                    return outcome;
                }
                Err(error) => error,
            };
            run(transaction, "ROLLBACK TO SAVEPOINT factum_append").await.doing(doing)?;
            let state = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            let state = state.map(|code| SqlState::from_code(&code));
            if !is_lost_race(state.as_ref()) || attempt == ATTEMPTS {
                return Err(Err::<Receipt, _>(error)
                    .doing(doing)
                    .map_or_else(Into::into, |_| unreachable!("it is an error")));
            }
        }
        unreachable!("the last attempt returns")
    }
}

const ATTEMPTS: usize = 10;

async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(sql).execute(connection).await.map(drop)
}

fn found(row: &PgRow) -> Result<Found, sqlx::Error> {
    Ok(Found {
        versions: row.try_get(0)?,
        streams: row.try_get(1)?,
        duplicates: row.try_get::<Option<_>, _>(2)?.unwrap_or_default(),
        conflicts: row.try_get::<Option<_>, _>(3)?.unwrap_or_default(),
        positions: row.try_get::<Option<_>, _>(4)?.unwrap_or_default(),
        at: row
            .try_get::<sqlx::types::chrono::DateTime<chrono::Utc>, _>(5)
            .map(|at| Micros(at.timestamp_micros()))?,
    })
}

fn first_twice(ids: &[factum_core::EventId]) -> Option<factum_core::EventId> {
    let mut seen = foldhash::HashSet::default();
    ids.iter().copied().find(|id| !seen.insert(*id))
}
