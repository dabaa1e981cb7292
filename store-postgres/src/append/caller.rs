use super::{batch::Batch, inline::NotApplied};
use crate::{PgStore, error::Context};
use factum_core::{Append, AppendError, Receipt, StoreError};
use sqlx::{Executor, PgConnection};

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
    /// With a read model that [changes with the append](factum_core::sink::InlineStore), whoever else appends events that
    /// concern it waits too.
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
        let inlining = &self.inner.inlining;
        let inlines = inlining.inlines.about(&prepared.append.events);
        run(transaction, "SAVEPOINT factum_append").await.doing(doing)?;
        // Another writer may be faster, as often as it likes.
        for attempt in 1.. {
            let appended = async {
                let locked = match inlines.is_empty() {
                    true => Vec::new(),
                    false => inlining.lock(transaction, inlines.clone(), None).await?,
                };
                let batch = Batch::new(&[&prepared], None, false, None).map_err(NotApplied::Refused)?;
                let found = batch.call(transaction, inlining).await?;
                let outcomes = found.outcomes(self.inner.log, &[&prepared]);
                let appended = found.appended(&[&prepared], &outcomes);
                inlining.apply(transaction, locked, &appended).await?;
                Ok::<_, NotApplied>(outcomes)
            };
            let error = match appended.await {
                Ok(mut outcomes) => {
                    run(transaction, "RELEASE SAVEPOINT factum_append").await.doing(doing)?;
                    let none = || Err(StoreError::new(doing, "there is no outcome").into());
                    let outcome = outcomes.pop().unwrap_or_else(none);
                    if let Ok(receipt) = &outcome {
                        self.inner.watermark.expect(receipt.position());
                    }
                    return outcome;
                }
                Err(error) => error,
            };
            run(transaction, "ROLLBACK TO SAVEPOINT factum_append").await.doing(doing)?;
            if !error.is_lost_race() || attempt == ATTEMPTS {
                return Err(error.into_store_error(doing).into());
            }
        }
        unreachable!("the last attempt returns")
    }
}

const ATTEMPTS: usize = 10;

/// Without preparing it, which takes another round trip, and a name that others may have taken behind a pooler.
async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    connection.execute(sql).await.map(drop)
}

fn first_twice(ids: &[factum_core::EventId]) -> Option<factum_core::EventId> {
    let mut seen = foldhash::HashSet::default();
    ids.iter().copied().find(|id| !seen.insert(*id))
}
