//! Whether a projection comes out the same however it is run.
//!
//! A read model can be made anew from the first event, on any day, on any number of nodes, and whatever fails on the way. So
//! nothing may go into it but the events: neither the time of day nor where a batch ended. [`deterministic`] tests that. It
//! runs the projection in many ways, under the runner that an app has, and compares what comes of it:
//!
//! ```
//! use factum::prelude::*;
//! use factum_testkit::deterministic;
//! # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
//! # #[derive(Projection)]
//! # #[projection(events(Deposited), document = Balance)]
//! # struct Balances;
//! # #[derive(Default, Serialize, Deserialize)] struct Balance { amount: u64 }
//! # impl Apply<Deposited> for Balance { fn apply(&mut self, e: &Deposited) { self.amount += e.amount } }
//!
//! // In a `#[test]`:
//! deterministic(|| Balances)
//!     .given("account-ada", Deposited { amount: 60 })
//!     .given("account-bob", Deposited { amount: 7 })
//!     .given("account-ada", Deposited { amount: 40 })
//!     .check();
//! ```
//!
//! If it does not, the test fails, names the way that made the difference, and shows it:
//!
//! ```text
//! balances is not the same after a restart at position 2 as in one go (- in one go, + after a restart at position 2)
//! usual causes: a field of the projection, the clock, random numbers, the order of a hash map, a static, state outside of the read model
//!   "ada"
//!     {
//!       "amount": 100,
//! -     "number": 3
//! +     "number": 1
//!     }
//! ```
//!
//! # What is tried
//! First all events are applied in one go, as when a read model is made anew. Each of these must give the same:
//!
//! | way | what it is |
//! |---|---|
//! | once more | the same again, in a new sink |
//! | in batches | of 1, 2 and 3 events |
//! | in pages | of 1 event, several to a batch |
//! | with restarts | events arrive a few at a time, and after each time another runner goes on, with a new value of the projection |
//! | delivered twice | commits fail, and the runner begins again at its checkpoint |
//! | without an answer | commits take effect, but fail for whoever asked for them |
//! | after a crash | a runner ends before its commit, and another one goes on, with a new value of the projection |
//! | in partitions | 2, 3 and 8, see [`Deterministic::partitions`] |
//!
//! Restarts and faults are tried all together at first, one for each event. If that makes a difference, each is tried alone, and
//! the first one that makes it by itself is named. A long log is cut into larger pieces: 200 batches at most where the size
//! of batches is tried, and 10 where restarts and faults are.
//!
//! # Tables of its own
//! A projection whose read model is not one of documents is checked by [`Deterministic::check_in`], which is told where to put
//! it and how to read it:
//!
//! ```
//! use factum::{Recorded, prelude::*, sqlite::SqliteWork};
//! use factum_core::projection::{Project, ProjectionError};
//! use factum_testkit::deterministic;
//! # use async_trait::async_trait;
//! # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
//! #[derive(Projection)]
//! #[projection(name = "deposits", events(Deposited))]
//! struct Deposits;
//!
//! #[async_trait]
//! impl Project<SqliteStore> for Deposits {
//!     // …
//! #     async fn prepare(&self, sink: &SqliteStore) -> Result<(), ProjectionError> {
//! #         let table = "CREATE TABLE IF NOT EXISTS deposits (account TEXT PRIMARY KEY, sum INTEGER NOT NULL) STRICT";
//! #         sink.write(move |c| Ok(c.execute_batch(table)?)).await.map_err(ProjectionError::work)
//! #     }
//! #     async fn project(
//! #         &self, _: &SqliteStore, events: &[Recorded<DepositsEvent>],
//! #     ) -> Result<SqliteWork, ProjectionError> {
//! #         let each = |event: &Recorded<DepositsEvent>| {
//! #             let DepositsEvent::Deposited(deposited) = &event.event;
//! #             (event.stream().key().to_owned(), deposited.amount as i64)
//! #         };
//! #         let rows: Vec<_> = events.iter().map(each).collect();
//! #         Ok(SqliteWork::new(move |connection| {
//! #             for row in rows {
//! #                 let sql = "INSERT INTO deposits VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum";
//! #                 connection.execute(sql, row)?;
//! #             }
//! #             Ok(())
//! #         }))
//! #     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! deterministic(|| Deposits)
//!     .given("account-ada", Deposited { amount: 60 })
//!     .given("account-bob", Deposited { amount: 7 })
//!     .given("account-ada", Deposited { amount: 40 })
//!     .check_in(
//!         async |run| SqliteStore::open(folder.path().join(format!("{run}.db"))).await.unwrap(),
//!         async |store: &SqliteStore| -> Vec<(String, i64)> {
//!             let rows = store.read(|connection| {
//!                 let mut select = connection.prepare("SELECT account, sum FROM deposits ORDER BY account")?;
//!                 select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
//!             });
//!             rows.await.unwrap()
//!         },
//!     );
//! # Ok(()) }
//! ```
//!
//! # Other logs
//! [`Deterministic::events`] takes a whole log, such as one that proptest generates, and [`Deterministic::recorded`] one that
//! was read from a store.
//!
//! # What is not noticed
//! - A clock that is read to the day or the second gives the same in all runs, which take less. Take the time of the event
//!   ([`Recorded::time`](factum_core::Recorded::time)).
//! - Partitions are tasks on one thread here. What they do to each other at the same time in a database is not tried.
//! - What `read` does not read is not compared.

mod check;
mod faulty;
mod inside;
mod plan;
mod replay;
mod run;

pub use self::check::{Deterministic, deterministic};
