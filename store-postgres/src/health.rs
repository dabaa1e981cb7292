use crate::PgStore;
use factum_core::Position;
use std::time::Duration;

/// What the store knows of itself: whether readers get on, and who holds them up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Health {
    /// Whether all of this is in order: the watermark task runs and has looked lately, and readers have not waited for a few
    /// seconds at one hole, nor at all for a prepared transaction.
    pub is_healthy: bool,
    /// Up to where the log can be read.
    pub mark: Position,
    /// The newest position that was seen. Where it stays above [`mark`](Self::mark), somebody holds readers up.
    pub newest: Position,
    /// The first position that may still appear below one that has, if readers wait for it.
    pub hole: Option<Position>,
    /// For how long readers have waited there, as far as this process has seen.
    pub held: Option<Duration>,
    /// The transactions that readers wait for.
    pub holders: Vec<Holder>,
    /// How long ago the watermark task last looked successfully; `None` if it never has.
    pub looked: Option<Duration>,
    /// What its last look failed with, if it failed.
    pub failure: Option<String>,
    /// Whether appends of other processes are told to this one; otherwise it looks for them.
    pub is_listening: bool,
}

/// A transaction that has drawn positions and not ended, so that readers wait for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Holder {
    /// Its name in `pg_locks`.
    pub transaction: String,
    /// The process of the server that runs it; `None` for a prepared transaction, which no process runs.
    pub pid: Option<i32>,
    /// The `application_name` of its connection.
    pub application: Option<String>,
    /// What its connection is doing, such as `idle in transaction`. That, and since when, PostgreSQL tells of the transactions
    /// of other roles only to a role that has `pg_read_all_stats`.
    pub state: Option<String>,
    /// How long ago it began; `None` for a prepared transaction, and where this role is not told.
    pub age: Option<Duration>,
}

/// A look that is older than this means that the task is stuck.
const STUCK: Duration = Duration::from_secs(10);
/// A transaction that appends is over in milliseconds; readers that wait for so long are held up.
const LONG: Duration = Duration::from_secs(5);

impl PgStore {
    /// How the store is. It asks nobody: it is what the watermark task has found in its last look.
    #[must_use]
    pub fn health(&self) -> Health {
        let status = self.inner.watermark.status();
        let looked = status.looked_at.map(|at| at.elapsed());
        let hole = status.held.as_ref().map(|held| Position::new(held.position));
        let held = status.held.as_ref().map(|held| held.since.elapsed());
        let owners = status.held.map(|held| held.owners).unwrap_or_default();
        let holders: Vec<_> = owners
            .into_iter()
            .map(|owner| Holder {
                transaction: owner.transaction,
                pid: owner.pid,
                application: owner.application,
                state: owner.state,
                age: owner.age.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))),
            })
            .collect();
        // A prepared transaction is never short.
        let is_held_long =
            held.is_some_and(|held| held >= LONG) || holders.iter().any(|holder| holder.pid.is_none());
        Health {
            is_healthy: looked.is_some_and(|ago| ago < STUCK) && status.failure.is_none() && !is_held_long,
            mark: Position::new(status.mark),
            newest: Position::new(status.newest),
            hole,
            held,
            holders,
            looked,
            failure: status.failure.map(|failure| failure.to_string()),
            is_listening: self.inner.wakes.is_listening(),
        }
    }
}
