//! Appends: prepared by their callers, and committed in groups.

mod batch;
mod caller;
mod claims;
mod copy;
mod inline;
mod job;
mod prepared;
mod queue;
mod rejected;
mod simple;
mod transaction;
mod writer;

pub(crate) use self::inline::Inlining;

use crate::{
    PgConfig, PgStore, database::Database, link::Link, names::Names, subscribe::Wakes, watermark::Watermark,
};
use async_trait::async_trait;
use claims::Claims;
use factum_core::{Append, AppendError, EventAppender, LogId, Receipt, StoreError};
use job::{Job, Outcome};
use prepared::Prepared;
use queue::Queue;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::{MappedMutexGuard, oneshot};

/// The tasks that write, and what their callers need.
pub(crate) struct Writers {
    queue: Queue,
    claims: Arc<Claims>,
    /// Tells calls apart.
    calls: AtomicU64,
}

/// What all writers share.
struct Shared {
    config: PgConfig,
    log: LogId,
    database: Arc<Database>,
    names: Arc<Names>,
    wakes: Arc<Wakes>,
    appended: Box<dyn Fn() + Send + Sync>,
    inlining: Arc<Inlining>,
    /// For appends that change read models too, whose driver is sqlx. None of them waits for a connection that a caller has.
    appenders: sqlx::PgPool,
}

impl Writers {
    pub(crate) fn start(
        config: &PgConfig,
        log: LogId,
        database: &Arc<Database>,
        names: &Arc<Names>,
        wakes: &Arc<Wakes>,
        watermark: &Watermark,
        (inlining, appenders): (&Arc<Inlining>, sqlx::PgPool),
    ) -> Self {
        let shared = Arc::new(Shared {
            config: config.clone(),
            log,
            database: Arc::clone(database),
            names: Arc::clone(names),
            wakes: Arc::clone(wakes),
            appended: Box::new(watermark.appended()),
            inlining: Arc::clone(inlining),
            appenders,
        });
        Self {
            queue: Queue::start(&shared, config.writers),
            claims: Arc::default(),
            calls: AtomicU64::new(0),
        }
    }
}

impl Writers {
    /// The connection on which a lone caller appends, for it to read over as well, if nobody uses it now.
    pub(crate) fn lone(&self) -> Option<MappedMutexGuard<'_, Option<Link>>> {
        self.queue.lone()
    }
}

#[async_trait]
impl EventAppender for PgStore {
    async fn append(&self, mut appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        if appends.len() == 1
            && let Some(only) = appends.pop()
        {
            return vec![self.append_one(only).await];
        }
        // They are applied in the order given.
        let call = self.inner.writers.calls.fetch_add(1, Ordering::Relaxed);
        let mut outcomes = Vec::with_capacity(appends.len());
        for append in appends {
            outcomes.push(self.send(append, Some(call)).await);
        }
        let mut results = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            results.push(match outcome {
                Ok(outcome) => settled(outcome.await),
                Err(done) => *done,
            });
        }
        results
    }

    async fn append_one(&self, append: Append) -> Result<Receipt, AppendError> {
        match self.send(append, None).await {
            Ok(outcome) => settled(outcome.await),
            Err(done) => *done,
        }
    }
}

fn settled(outcome: Result<Outcome, oneshot::error::RecvError>) -> Outcome {
    outcome.unwrap_or_else(|_| Err(StoreError::closed("appending").into()))
}

impl PgStore {
    /// Hands an append to its writer; gives the outcome at once where there is nothing to write, or nothing that can be.
    async fn send(
        &self,
        append: Append,
        call: Option<u64>,
    ) -> Result<oneshot::Receiver<Outcome>, Box<Outcome>> {
        let prepared = match self.prepare(append, false).await {
            Ok(Some(prepared)) => prepared,
            Ok(None) => return Err(Box::new(Ok(Receipt::empty(self.inner.log)))),
            Err(error) => return Err(Box::new(Err(error))),
        };
        let writers = &self.inner.writers;
        let claim = match writers.claims.claim(prepared.ids()).await {
            Ok(claim) => claim,
            Err(claims::Twice(id)) => return Err(Box::new(Err(AppendError::DuplicateEvent(id)))),
        };
        let (reply, outcome) = oneshot::channel();
        let job = Job { prepared, call, claim, reply, room: None };
        // Those of a call are on their way together, so that they share a commit.
        match call {
            Some(_) => writers.queue.enqueue(job).await,
            None => writers.queue.commit(job).await,
        }
        Ok(outcome)
    }

    /// Checks an append and makes it ready; `None` if it has no events.
    async fn prepare(
        &self,
        append: Append,
        may_be_known_elsewhere: bool,
    ) -> Result<Option<Prepared>, AppendError> {
        if append.events.is_empty() {
            return Ok(None);
        }
        append.check()?;
        let Self { inner } = self;
        let types_lost = inner.names.types_lost();
        let types = inner.names.type_numbers(&inner.database, &append.events).await?;
        Prepared::new(append, types, types_lost, may_be_known_elsewhere).map(Some)
    }
}
