use super::ledger::{Deposited, deposits};
use crate::failure::complaint;
use async_trait::async_trait;
use factum::{
    Recorded,
    prelude::*,
    projection::{Project, ProjectionError},
    sqlite::{
        SqliteWork,
        rusqlite::{self, Connection},
    },
};
use factum_testkit::deterministic;

/// What a projection does with a batch of accounts and amounts.
type OfBatch = fn(&Connection, &[(String, i64)]) -> rusqlite::Result<()>;

/// Numbers of accounts, in a table.
#[derive(Projection)]
#[projection(name = "totals", events(Deposited))]
struct Totals(OfBatch);

#[async_trait]
impl Project<SqliteStore> for Totals {
    async fn prepare(&self, sink: &SqliteStore) -> Result<(), ProjectionError> {
        let table =
            "CREATE TABLE IF NOT EXISTS totals (account TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT";
        sink.write(move |connection| Ok(connection.execute_batch(table)?))
            .await
            .map_err(ProjectionError::work)
    }

    async fn project(
        &self,
        _: &SqliteStore,
        events: &[Recorded<TotalsEvent>],
    ) -> Result<SqliteWork, ProjectionError> {
        let row = |event: &Recorded<TotalsEvent>| {
            let TotalsEvent::Deposited(Deposited { amount }) = &event.event;
            (event.stream().key().to_owned(), *amount as i64)
        };
        let (of_batch, rows) = (self.0, events.iter().map(row).collect::<Vec<_>>());
        Ok(SqliteWork::new(move |connection| Ok(of_batch(connection, &rows)?)))
    }
}

fn check(of_batch: OfBatch) {
    let folder = tempfile::tempdir().unwrap();
    deterministic(move || Totals(of_batch))
        .events(deposits(["1", "2", "3", "1", "4", "5", "6", "2"]))
        .check_in(
            async |run| SqliteStore::open(folder.path().join(format!("{run}.db"))).await.unwrap(),
            totals,
        );
}

async fn totals(store: &SqliteStore) -> Vec<(String, i64)> {
    let rows = store.read(|connection| {
        let mut select = connection.prepare("SELECT account, number FROM totals ORDER BY account")?;
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    });
    rows.await.unwrap()
}

#[test]
fn and_passes_if_it_is_right() {
    check(|connection, rows| {
        let add =
            "INSERT INTO totals VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = number + excluded.number";
        rows.iter().try_for_each(|(account, amount)| connection.execute(add, (account, amount)).map(drop))
    });
}

#[test]
fn and_what_it_makes_of_a_batch_is_caught() {
    let said = complaint(|| {
        check(|connection, rows| {
            let last = "INSERT OR REPLACE INTO totals VALUES ('last', ?1)";
            connection.execute(last, [rows.len() as i64]).map(drop)
        });
    });
    let difference = "  [\n      (\n          \"last\",\n-         8,\n+         1,\n      ),\n  ]\n";
    assert!(said.starts_with("totals is not the same in batches of 1 as in one go"), "{said}");
    assert!(said.ends_with(difference), "{said}");
}

#[test]
fn and_what_depends_on_the_order_of_streams_is_caught() {
    let said = complaint(|| {
        check(|connection, rows| {
            let next = "INSERT OR IGNORE INTO totals SELECT ?1, count(*) FROM totals";
            rows.iter().try_for_each(|(account, _)| connection.execute(next, [account]).map(drop))
        });
    });
    assert!(said.starts_with("totals is not the same in 2 partitions as in one go"), "{said}");
}
