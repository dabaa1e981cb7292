//! The PostgreSQL store: many writers, and an order in which no event is ever skipped.
//!
//! Appends of all tasks of the process are committed in groups: what arrives while one group is being committed forms the
//! next, so that many tasks share one transaction, and a lone append waits for nobody. No lock serialises the writers of
//! different streams, in one process or in many.
//!
//! Positions are drawn from a sequence, so a lower one can become visible after a higher one, or never. Readers are shown
//! the log up to the first position that may still appear, and no further; what is known about a hole is proven with
//! PostgreSQL's own locks, never guessed from a clock. `docs/DESIGN.md` has the protocol and its proof.
//!
//! Connections are encrypted where the server can, or as [the URL says](PgConfig::new); that is the feature `tls`, which is
//! on by default and has no C library.
//!
//! With the feature `metrics`, a store tells the recorder of the [metrics] crate how far its log can be read and what is in
//! the way. Each has the label `schema`, and is what this process has seen in its last look:
//!
//! | name | what it is |
//! |---|---|
//! | `factum_postgres_watermark_position` | gauge: the position up to which the log can be read |
//! | `factum_postgres_watermark_newest_position` | gauge: the newest position that was seen |
//! | `factum_postgres_watermark_lag_positions` | gauge: how many positions are between the two, holes included |
//! | `factum_postgres_watermark_held` | gauge: 1 while readers wait for a transaction that has appended and not ended, otherwise 0 |
//! | `factum_postgres_watermark_held_seconds` | gauge: for how many seconds they have waited at the present hole |
//! | `factum_postgres_watermark_holders` | gauge: how many transactions they wait for |
//! | `factum_postgres_watermark_failed_looks_total` | counter: looks that failed; what the gauges say is older then |
//!
//! [metrics]: https://docs.rs/metrics
//!
//! The store keeps checkpoints, snapshots, documents and an inbox too: a [`PgStore`] is a [`Sink`](factum_core::sink::Sink),
//! whose work is done in a transaction of [sqlx].
//!
//! ```no_run
//! use factum_core::{Append, EventAppender, EventType, NewEvent, StreamId};
//! use factum_store_postgres::PgStore;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let store = PgStore::connect("postgres://localhost/bank").await?;
//! let account = StreamId::new("account", "7")?;
//! store.append_one(Append::new([NewEvent::new(account, EventType::from_static("Opened"), "{}")])).await?;
//! # Ok(())
//! # }
//! ```

mod address;
mod append;
mod checkpoint;
mod config;
mod connect;
mod database;
mod document;
mod error;
mod generation;
mod health;
mod inbox;
mod lease;
mod link;
mod log_query;
mod names;
mod place;
mod quarantine;
mod read;
mod row;
mod schema;
mod sink;
mod snapshot;
mod sql;
mod subscribe;
mod tls;
mod watermark;

/// The PostgreSQL driver, whose transactions [`PgStore::append_in`], [`PgStore::receive_in`] and [`PgWork`] are given.
pub use sqlx;

pub use self::{
    config::PgConfig,
    health::{Health, Holder},
    sink::PgWork,
};

use self::{
    append::{Inlining, Writers},
    database::Database,
    document::Active,
    names::Names,
    read::together::Together,
    subscribe::Wakes,
    watermark::Watermark,
};
use factum_core::{LogId, StoreError};
use std::{
    fmt,
    sync::{Arc, atomic::AtomicUsize},
};

/// A log, with checkpoints, snapshots, documents and an inbox, in one schema of a PostgreSQL database. Cheap to clone;
/// all clones are one store.
///
/// It works with PostgreSQL 15 and later. It belongs to the Tokio runtime that it was opened in. Dropping the last clone
/// closes its connections once what was sent before is done.
#[derive(Clone)]
pub struct PgStore {
    inner: Arc<Inner>,
}

struct Inner {
    log: LogId,
    database: Arc<Database>,
    names: Arc<Names>,
    writers: Writers,
    together: Together,
    watermark: Watermark,
    wakes: Arc<Wakes>,
    /// How many events of a page have fitted into its bytes lately.
    fitting: AtomicUsize,
    active: Active,
    inlining: Arc<Inlining>,
    /// For the transactions of callers, whose driver is sqlx. Connects when it is first used.
    pool: sqlx::PgPool,
    /// Whether a connection of that pool may keep prepared statements. Without a cache, sqlx prepares them under names too,
    /// so each query has to say it.
    persistent: bool,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.wakes.stop();
    }
}

impl PgStore {
    /// Opens the store in the database at `url`, such as `postgres://user:password@host/database`. The tables are made if
    /// they are not there. For other options see [`PgConfig`].
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached, or has the tables of another version of this crate
    /// ([`StoreError::is_incompatible`]).
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        PgConfig::new(url)?.open().await
    }

    /// The pool for transactions of your own, such as those for [`append_in`](Self::append_in). It is apart from the
    /// connections that the store reads and appends with, so it cannot starve them; projections commit over it.
    #[must_use]
    pub fn pool(&self) -> &sqlx::PgPool {
        &self.inner.pool
    }

    /// The schema that the tables are in.
    #[must_use]
    pub fn schema(&self) -> &str {
        self.inner.database.sql.schema()
    }
}

impl fmt::Debug for PgStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgStore")
            .field("log", &self.inner.log)
            .field("schema", &self.schema())
            .finish_non_exhaustive()
    }
}
