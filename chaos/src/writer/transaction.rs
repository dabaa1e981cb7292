use super::{content::append, task::Task};
use crate::{
    origin::Origin,
    record::{Fate, Refusal},
};
use factum_core::Append;
use factum_store_postgres::sqlx::{Connection as _, PgConnection, Postgres, Transaction};
use rand::RngExt as _;
use std::time::Duration;
use tokio::time::sleep;

impl Task {
    /// Appends in a transaction of its own, which may be undone as a whole or in part.
    pub(super) async fn transaction(&mut self, origin: Origin) -> Vec<Fate> {
        let count = self.choices.random_range(1..=3);
        let Ok(mut transaction) = self.store.pool().begin().await else {
            return vec![Fate::Refused(Refusal::Failed)];
        };
        let mut appended = Vec::new();
        for nth in 0..count {
            let append = append(&mut self.choices, &self.versions, Origin { nth, ..origin });
            let fate = match self.choices.random_ratio(1, 4) {
                true => self.append_and_undo(&mut transaction, &append).await,
                false => {
                    let result = self.store.append_in(&mut transaction, append.clone()).await;
                    Some(self.fate(&append, result, None))
                }
            };
            let Some(fate) = fate else {
                // Only a lost connection refuses a savepoint. To this transaction, sqlx would report a commit that it
                // has not even tried.
                drop(transaction);
                let fates = appended.into_iter().map(|(_, fate)| undone(fate));
                return fates.chain([Fate::Refused(Refusal::Failed)]).collect();
            };
            appended.push((append, fate));
            // Others then have to wait for this one, and see a hole that it may yet fill.
            let hold = Duration::from_millis(self.choices.random_range(0..20));
            if self.choices.random_ratio(1, 6) {
                sleep(hold).await;
            }
        }
        self.end(transaction, appended).await
    }

    /// In a savepoint that is rolled back; `None` if there cannot be one.
    async fn append_and_undo(&mut self, transaction: &mut PgConnection, append: &Append) -> Option<Fate> {
        let mut savepoint = transaction.begin().await.ok()?;
        let result = self.store.append_in(&mut savepoint, append.clone()).await;
        let fate = self.fate(append, result, None);
        // If that fails, the connection is lost, and the transaction with it.
        let _ = savepoint.rollback().await;
        Some(undone(fate))
    }

    async fn end(
        &mut self,
        transaction: Transaction<'_, Postgres>,
        appended: Vec<(Append, Fate)>,
    ) -> Vec<Fate> {
        match self.choices.random_range(0..8) {
            0 => drop(transaction),
            // If that fails, the connection is lost, and the transaction with it.
            1 => drop(transaction.rollback().await),
            _ => {
                let is_committed = transaction.commit().await.is_ok();
                let fate = |(append, fate)| match fate {
                    Fate::Acknowledged { .. } if !is_committed => self.lose(&append),
                    fate => fate,
                };
                return appended.into_iter().map(fate).collect();
            }
        }
        appended.into_iter().map(|(_, fate)| undone(fate)).collect()
    }
}

fn undone(fate: Fate) -> Fate {
    match fate {
        Fate::Acknowledged { .. } => Fate::Refused(Refusal::RolledBack),
        fate => fate,
    }
}
