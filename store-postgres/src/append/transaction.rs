//! Groups of appends that change read models: several statements in a transaction of the store's own.

use super::{
    Shared,
    batch::Batch,
    inline::{Locked, NotApplied},
    job::Outcome,
    prepared::Prepared,
    rejected::Rejected,
    writer::{Failure, explained},
};
use crate::{PgStore, error::IntoStoreError};
use factum_core::projection::Inline;
use std::sync::Arc;
use tokio_postgres::error::SqlState;

/// Any appends by one call of the function, in a transaction that changes read models too.
pub(super) async fn with_read_models(
    shared: &Shared,
    appends: &[&Prepared],
    inlines: Vec<Arc<Inline<PgStore>>>,
    patience: String,
) -> Result<Vec<Option<Outcome>>, Failure> {
    let doing = || "appending".to_owned();
    let begun = begin(&shared.appenders).await;
    let mut transaction = begun.map_err(|error| Failure::NotSent(error.into_store_error(doing())))?;
    let written = async {
        let locked = match shared.inlining.lock(&mut transaction, inlines, Some(&patience)).await {
            Ok(locked) => locked,
            Err(error) => return Err((NotApplied::Sql(error), true)),
        };
        write(shared, &mut transaction, appends, locked, patience).await.map_err(|error| (error, false))
    };
    let outcomes = match written.await {
        Ok(written) => written,
        Err((error, is_at_lock)) => {
            // Before anybody is told: whoever appends the same again must not find it in the way. If it cannot be undone, the
            // connection is lost, and a transaction that nobody commits is undone as well.
            drop(transaction.rollback().await);
            return Err(match error {
                NotApplied::Refused(error) => Failure::RolledBack(Rejected::ReadModel(error)),
                NotApplied::Sql(error) => match Rejected::of_callers(error) {
                    Ok(held) if is_at_lock && held.state() == Some(SqlState::LOCK_NOT_AVAILABLE) => {
                        Failure::Held(held)
                    }
                    Ok(rejected) => Failure::RolledBack(rejected),
                    Err(error) => Failure::NotSent(error.into_store_error(doing())),
                },
            });
        }
    };
    match transaction.commit().await.map_err(Rejected::of_callers) {
        Ok(()) => Ok(explained(outcomes)),
        Err(Ok(rejected)) => Err(Failure::RolledBack(rejected)),
        Err(Err(error)) => Err(Failure::Unknown(error.into_store_error("committing an append".to_owned()))),
    }
}

/// A transaction on a connection that is alive: those of the pool may have died since they were used.
async fn begin(pool: &sqlx::PgPool) -> Result<sqlx::PgTransaction<'static>, sqlx::Error> {
    for _ in 0..pool.size() {
        match pool.begin().await {
            // With or without a last word of the server's. To begin is never refused for another reason.
            Err(sqlx::Error::Io(_) | sqlx::Error::Database(_)) => {}
            begun => return begun,
        }
    }
    pool.begin().await
}

/// Calls the function, and changes the read models whose checkpoints are locked.
async fn write(
    shared: &Shared,
    transaction: &mut sqlx::PgConnection,
    appends: &[&Prepared],
    locked: Vec<Locked>,
    patience: String,
) -> Result<Vec<Outcome>, NotApplied> {
    let batch = Batch::new(appends, None, false, Some(patience)).map_err(NotApplied::Refused)?;
    let found = batch.call(transaction, &shared.inlining).await?;
    let outcomes = found.outcomes(shared.log, appends);
    let appended = found.appended(appends, &outcomes);
    shared.inlining.apply(transaction, locked, &appended).await?;
    Ok(outcomes)
}
