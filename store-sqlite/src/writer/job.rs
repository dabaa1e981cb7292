use super::{
    savepoint::{RELEASE, ROLL_BACK, SAVEPOINT, inside},
    transaction::Transaction,
};
use crate::{append::AppendJob, error::Context};
use factum_core::{Append, Receipt, StoreError};
use rusqlite::{Connection, ErrorCode};
use std::panic::{self, AssertUnwindSafe};
use tokio::sync::oneshot;

/// What the thread that writes is asked to do inside a group's transaction.
pub(crate) enum Job {
    Append(AppendJob),
    /// Anything else: checkpoints, read models, snapshots.
    Write(Box<dyn WriteJob>),
}

/// A job that has run, in a transaction that is still open.
pub(super) enum Finished {
    Append(AppendJob),
    Write(Box<dyn Tell>),
}

/// How a group failed.
#[derive(Debug)]
pub(crate) enum GroupError {
    /// Rolled back; nothing was written.
    RolledBack(rusqlite::Error),
    /// Rolled back on account of another job of the group; nothing was written, and trying again may well succeed.
    Disturbed(rusqlite::Error),
    /// The commit itself failed. What was written may be in the WAL or not: after a crash, SQLite decides by what it
    /// finds there.
    Unknown(rusqlite::Error),
}

impl GroupError {
    /// Errors of SQLite are not `Clone`, and every caller of the group needs one.
    pub(crate) fn to_store_error(&self, doing: &str) -> StoreError {
        let (Self::RolledBack(source) | Self::Disturbed(source) | Self::Unknown(source)) = self;
        match source.sqlite_error_code() {
            _ if matches!(self, Self::Disturbed(_)) => StoreError::unavailable(doing, source.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::OperationAborted) => {
                StoreError::unavailable(doing, source.to_string())
            }
            _ => StoreError::new(doing, source.to_string()),
        }
    }
}

impl Job {
    /// Runs in the open transaction. An error means that the transaction as a whole can no longer be relied on.
    pub(super) fn run(self, transaction: &mut Transaction<'_>) -> Result<Finished, (Self, rusqlite::Error)> {
        match self {
            Self::Append(mut job) => match job.run(transaction) {
                Ok(()) => Ok(Finished::Append(job)),
                Err(error) => Err((Self::Append(job), error)),
            },
            Self::Write(job) => {
                let tell = job.run(transaction.connection);
                // It may have run SQL of an application's own.
                transaction.cache.doubt();
                Ok(Finished::Write(tell))
            }
        }
    }

    /// Tells the caller that nothing was done.
    pub(super) fn fail(self, error: &GroupError) {
        match self {
            Self::Append(job) => job.tell(Err(error)),
            Self::Write(job) => job.fail(error),
        }
    }
}

impl Finished {
    /// Whether the log has grown.
    pub(super) fn appended(&self) -> bool {
        match self {
            Self::Append(job) => job.appended(),
            Self::Write(_) => false,
        }
    }

    /// What it has appended.
    pub(super) fn receipts(&self) -> Vec<(&Append, &Receipt)> {
        match self {
            Self::Append(job) => job.receipts().collect(),
            Self::Write(_) => Vec::new(),
        }
    }

    /// Tells the caller how it went.
    pub(super) fn tell(self, committed: Result<(), &GroupError>) {
        match self {
            Self::Append(job) => job.tell(committed),
            Self::Write(tell) => tell.tell(committed),
        }
    }

    /// The job during which SQLite rolled the whole transaction back by itself. Work that has met such an error knows best
    /// what it was, so its caller is told by it.
    pub(super) fn culprit(self) -> Option<Job> {
        match self {
            Self::Append(job) => Some(Job::Append(job)),
            Self::Write(tell) => {
                tell.tell(Ok(()));
                None
            }
        }
    }

    /// The job, to be run again after its group was rolled back. Other work than appends can be done only once; its
    /// caller is told that it was rolled back.
    pub(super) fn again(self, error: &GroupError) -> Option<Job> {
        match self {
            Self::Append(job) => Some(Job::Append(job)),
            Self::Write(tell) => {
                tell.tell(Err(error));
                None
            }
        }
    }
}

/// Work with a result of some type.
pub(crate) trait WriteJob: Send {
    /// Does it, all or not at all.
    fn run(self: Box<Self>, connection: &Connection) -> Box<dyn Tell>;
    /// Does not do it.
    fn fail(self: Box<Self>, error: &GroupError);
}

/// Tells a caller the result of its work, once it is known how the commit went.
pub(crate) trait Tell: Send {
    fn tell(self: Box<Self>, committed: Result<(), &GroupError>);
}

pub(super) struct Work<T, E, F> {
    pub(super) doing: &'static str,
    pub(super) work: F,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
}

struct WorkDone<T, E> {
    doing: &'static str,
    result: Result<T, E>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> WriteJob for Work<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&Connection) -> Result<T, E> + Send,
{
    fn run(self: Box<Self>, connection: &Connection) -> Box<dyn Tell> {
        let Self { doing, work, reply } = *self;
        Box::new(WorkDone { doing, result: in_savepoint(connection, doing, work), reply })
    }

    fn fail(self: Box<Self>, error: &GroupError) {
        // A caller that has stopped waiting needs no answer; the same below.
        let _ = self.reply.send(Err(error.to_store_error(self.doing).into()));
    }
}

impl<T: Send, E: From<StoreError> + Send> Tell for WorkDone<T, E> {
    fn tell(self: Box<Self>, committed: Result<(), &GroupError>) {
        let outcome = match committed {
            Ok(()) => self.result,
            // Whatever the work found, it may have found in what was rolled back with it.
            Err(error) => Err(error.to_store_error(self.doing).into()),
        };
        let _ = self.reply.send(outcome);
    }
}

/// Work that fails leaves nothing behind, and does not disturb the rest of its group.
fn in_savepoint<T, E: From<StoreError>>(
    connection: &Connection,
    doing: &str,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let run = |sql: &str| connection.prepare_cached(sql).and_then(|mut s| s.execute([])).doing(doing);
    run(SAVEPOINT)?;
    // What is done here is also an application's code: its panic must not take the thread that writes with it.
    let result = panic::catch_unwind(AssertUnwindSafe(|| inside(|| work(connection))))
        .unwrap_or_else(|_| Err(StoreError::new(doing, "the work panicked").into()));
    // Some errors have rolled the whole transaction back by themselves, the savepoint with it.
    if connection.is_autocommit() && result.is_err() {
        return result;
    }
    if result.is_err() {
        run(ROLL_BACK)?;
    }
    run(RELEASE)?;
    result
}
