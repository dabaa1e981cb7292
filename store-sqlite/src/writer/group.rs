use super::{
    job::{Finished, GroupError, Job},
    savepoint::{BEGIN, COMMIT, ROLL_BACK_ALL},
    transaction::Transaction,
};
use crate::{SqliteStore, cache::Cache, error::Context, inline};
use crossbeam_channel::Receiver;
use factum_core::{
    LogId, StoreError,
    sink::Inlines,
    store::{Clock, WatchSender},
};
use rusqlite::Connection;
use std::{num::NonZeroUsize, sync::Arc};

/// Runs on the thread that writes.
pub(super) struct Worker {
    connection: Connection,
    log: LogId,
    max_batch: usize,
    wake: Arc<WatchSender>,
    inlines: Inlines<SqliteStore>,
    clock: Arc<dyn Clock>,
    cache: Cache,
}

impl Worker {
    pub(super) fn new(
        connection: Connection,
        log: LogId,
        max_batch: NonZeroUsize,
        wake: Arc<WatchSender>,
        inlines: Inlines<SqliteStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { connection, log, max_batch: max_batch.get(), wake, inlines, clock, cache: Cache::default() }
    }

    /// Until every sender is gone. Whatever has queued up while one group was committed is the next; a lone job goes
    /// at once.
    pub(super) fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(first) = queue.recv() {
            let others = self.max_batch - 1;
            let mut group = Vec::with_capacity(1 + queue.len().min(others));
            group.push(first);
            group.extend(queue.try_iter().take(others));
            self.commit(group);
        }
    }

    fn commit(&mut self, group: Vec<Job>) {
        if let Err(error) = self.begin() {
            self.roll_back();
            let error = GroupError::RolledBack(error);
            return group.into_iter().for_each(|job| job.fail(&error));
        }
        let size = group.len();
        let mut done = Vec::with_capacity(size);
        let mut jobs = group.into_iter();
        let mut transaction = Transaction::new(&self.connection, &mut self.cache, self.log, &*self.clock);
        while let Some(job) = jobs.next() {
            let (failed, error) = match job.run(&mut transaction) {
                // Some errors make SQLite roll the whole transaction back by itself, whoever met them.
                Ok(finished) if self.connection.is_autocommit() => {
                    (finished.culprit(), rolled_back_by_sqlite())
                }
                Ok(finished) => {
                    done.push(finished);
                    continue;
                }
                Err((job, error)) => (Some(job), error),
            };
            drop(transaction);
            self.roll_back();
            if size == 1 {
                let error = GroupError::RolledBack(error);
                return match failed {
                    Some(Job::Append(job)) if job.appends() > 1 => {
                        job.each(|job| self.commit(vec![Job::Append(job)]));
                    }
                    failed => failed.into_iter().for_each(|job| job.fail(&error)),
                };
            }
            // One job made the transaction unusable; it must not take its neighbours with it.
            let error = GroupError::Disturbed(error);
            let again = done.into_iter().filter_map(|done| done.again(&error));
            let each: Vec<_> = again.chain(failed).chain(jobs).collect();
            return each.into_iter().for_each(|job| self.commit(vec![job]));
        }
        drop(transaction);
        match self.apply_inline(&done) {
            Ok(()) => self.finish(done),
            Err(error) => self.refuse(done, error),
        }
    }

    /// Applies what the group has appended to the read models that change with the appends.
    fn apply_inline(&mut self, done: &[Finished]) -> Result<(), StoreError> {
        if self.inlines.is_empty() {
            return Ok(());
        }
        let appended: Vec<_> = done.iter().flat_map(Finished::receipts).collect();
        // It may run SQL of an application's own.
        self.cache.doubt();
        inline::apply(&self.connection, self.log, &self.inlines, &appended)?;
        if self.connection.is_autocommit() {
            return Err(rolled_back_by_sqlite()).doing("applying a read model in an append");
        }
        Ok(())
    }

    /// A read model refuses what one of the group has appended; which one, is found out by committing each by itself.
    fn refuse(&mut self, mut done: Vec<Finished>, error: StoreError) {
        self.roll_back();
        if done.len() == 1 {
            return match done.pop() {
                Some(Finished::Append(job)) if job.appends() > 1 => {
                    job.each(|job| self.commit(vec![Job::Append(job)]));
                }
                Some(Finished::Append(job)) => job.refuse(error),
                _ => {}
            };
        }
        let error = GroupError::Disturbed(rolled_back_by_sqlite());
        let again: Vec<_> = done.into_iter().filter_map(|done| done.again(&error)).collect();
        again.into_iter().for_each(|job| self.commit(vec![job]));
    }

    fn begin(&mut self) -> rusqlite::Result<()> {
        self.execute(BEGIN)?;
        self.cache.begin(&self.connection)
    }

    fn finish(&mut self, done: Vec<Finished>) {
        let committed = self.execute(COMMIT).map_err(|error| {
            self.roll_back();
            GroupError::Unknown(error)
        });
        // Even if the commit may have failed: whoever wakes in vain only reads once more.
        if done.iter().any(Finished::appended) {
            self.wake.wake();
        }
        done.into_iter().for_each(|done| done.tell(committed.as_ref().copied()));
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }

    fn roll_back(&mut self) {
        // What was looked up or made inside the transaction may be gone with it.
        self.cache = Cache::default();
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute(ROLL_BACK_ALL)
        {
            tracing::error!(%error, "rolling back a group of appends failed");
        }
    }
}

fn rolled_back_by_sqlite() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT),
        Some("the transaction was rolled back".to_owned()),
    )
}
