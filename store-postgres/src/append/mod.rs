//! Appends: prepared by their callers, and committed in groups.

mod batch;
mod caller;
mod claims;
mod copy;
mod job;
mod lane;
mod prepared;
mod writer;

use crate::{PgConfig, PgStore, database::Database, names::Names, subscribe::Wakes, watermark::Watermark};
use async_trait::async_trait;
use claims::Claims;
use factum_core::{Append, AppendError, EventAppender, LogId, Receipt, StoreError, StreamId};
use foldhash::fast::RandomState;
use job::{Job, Outcome};
use lane::Lane;
use prepared::Prepared;
use std::{
    hash::BuildHasher,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::oneshot;

/// The tasks that write, and what their callers need.
pub(crate) struct Writers {
    lanes: Vec<Lane>,
    hasher: RandomState,
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
}

impl Writers {
    pub(crate) fn start(
        config: &PgConfig,
        log: LogId,
        database: &Arc<Database>,
        names: &Arc<Names>,
        wakes: &Arc<Wakes>,
        watermark: &Watermark,
    ) -> Self {
        let shared = Arc::new(Shared {
            config: config.clone(),
            log,
            database: Arc::clone(database),
            names: Arc::clone(names),
            wakes: Arc::clone(wakes),
            appended: Box::new(watermark.appended()),
        });
        let start = |_| Lane::start(&shared);
        Self {
            lanes: (0..config.writers.get()).map(start).collect(),
            hasher: RandomState::default(),
            claims: Arc::default(),
            calls: AtomicU64::new(0),
        }
    }

    /// The writer of a stream.
    fn of(&self, stream: &StreamId) -> usize {
        self.hasher.hash_one(stream) as usize % self.lanes.len()
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
        // They are applied in the order given, so all go to the same writer.
        let writers = &self.inner.writers;
        let call = writers.calls.fetch_add(1, Ordering::Relaxed);
        let first = appends.iter().find_map(|append| append.events.first());
        let writer = first.map_or(0, |event| writers.of(&event.stream));
        let mut outcomes = Vec::with_capacity(appends.len());
        for append in appends {
            outcomes.push(self.send(append, Some((writer, call))).await);
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
        call: Option<(usize, u64)>,
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
        let writer = call.map_or_else(|| writers.of(&prepared.append.events[0].stream), |(writer, _)| writer);
        let lane = &writers.lanes[writer];
        let call = call.map(|(_, call)| call);
        let (reply, outcome) = oneshot::channel();
        let job = Job { prepared, call, claim, reply };
        // Those of a call are on their way together, so that they share a commit.
        let sent = if call.is_some() { lane.enqueue(job).await } else { lane.commit(job).await };
        match sent {
            Ok(()) => Ok(outcome),
            Err(_) => Err(Box::new(Err(StoreError::closed("appending").into()))),
        }
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
        let types = inner.names.type_numbers(&inner.database, &append.events).await?;
        Prepared::new(append, types, may_be_known_elsewhere).map(Some)
    }
}
