//! The one thread that writes, and group commit.

mod group;
mod job;
mod savepoint;
mod transaction;

pub(crate) use self::{
    job::{GroupError, Job},
    savepoint::inside,
    transaction::Transaction,
};

use self::{group::Worker, job::Work};
use crate::{SqliteStore, error::Context, thread::Thread};
use crossbeam_channel::{Sender, unbounded};
use factum_core::{
    LogId, StoreError,
    sink::Inlines,
    store::{Clock, WatchSender},
};
use rusqlite::Connection;
use std::{num::NonZeroUsize, sync::Arc};
use tokio::sync::oneshot;

/// Sends work to the thread that writes. The thread ends when this is dropped and everything sent before is done.
pub(crate) struct Writer {
    /// Before the thread, which ends when this is gone.
    jobs: Sender<Job>,
    _thread: Thread,
}

impl Writer {
    pub(crate) fn start(
        mut connection: Connection,
        log: LogId,
        max_batch: NonZeroUsize,
        wake: Arc<WatchSender>,
        inlines: Inlines<SqliteStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        savepoint::guard(&mut connection).doing("preparing the connection that writes")?;
        let (jobs, queue) = unbounded();
        let worker = Worker::new(connection, log, max_batch, wake, inlines, clock);
        let thread = Thread::start("writing", move || worker.run(&queue))?;
        Ok(Self { jobs, _thread: thread })
    }

    /// Queues a job. `false` if the thread has ended.
    pub(crate) fn send(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }

    /// Does `work` in a transaction, and returns its result once that is committed.
    pub(crate) async fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (reply, outcome) = oneshot::channel();
        let queued = self.send(Job::Write(Box::new(Work { doing, work, reply })));
        match outcome.await {
            Ok(outcome) if queued => outcome,
            _ => Err(StoreError::closed(doing).into()),
        }
    }
}
