use super::{
    Shared,
    batch::{Batch, Found},
    copy,
    job::{Job, Outcome},
    prepared::Prepared,
    rejected::Rejected,
    simple::Simple,
    transaction::with_read_models,
};
use crate::{
    error::{IntoStoreError, is_lost_race},
    link::Link,
    names::Seen,
};
use factum_core::{StoreError, StreamVersion};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::sleep};
use tokio_postgres::{Error, error::SqlState};

/// How often a batch, or an append, is tried again because others were faster each time.
const ATTEMPTS: usize = 100;
/// How long a batch waits for a lock before the one that needs it is put aside, to wait where it holds up nobody.
const PATIENCE: Duration = Duration::from_millis(100);
/// Appends of more events are copied into the table.
const COPIED: usize = 256;

/// Commits appends in groups: what arrives while a group is being committed forms the next.
pub(super) struct Writer {
    shared: Arc<Shared>,
    /// Those that wait for locks, in a task of their own. Without, this is that task.
    aside: Option<mpsc::UnboundedSender<Job>>,
    link: Option<Link>,
    /// The calls of which an append was put aside, so that the others do not overtake it.
    put_aside: HashSet<u64>,
}

/// What became of a batch as a whole.
pub(super) enum Failure {
    /// Nothing was sent.
    NotSent(StoreError),
    /// Nothing was written.
    RolledBack(Rejected),
    /// Nor was anything, since somebody else has the checkpoint of a read model for long.
    Held(Rejected),
    /// Nobody knows.
    Unknown(StoreError),
}

impl Writer {
    pub(super) fn new(shared: &Arc<Shared>, aside: Option<mpsc::UnboundedSender<Job>>) -> Self {
        Self { shared: Arc::clone(shared), aside, link: None, put_aside: HashSet::new() }
    }

    /// Its connection. If it is taken away, the next append makes another one.
    pub(super) const fn link(&mut self) -> &mut Option<Link> {
        &mut self.link
    }

    /// Commits a batch, or its appends one by one if that fails, so that a bad one does not take its neighbours with it.
    pub(super) async fn commit(&mut self, batch: Vec<Job>) {
        let batch = self.without_followers(batch);
        if batch.is_empty() {
            return;
        }
        let Err((batch, failure)) = self.attempt(batch).await else { return };
        match failure {
            Failure::NotSent(error) => {
                let text = error.to_string();
                for job in batch {
                    job.fail(|| StoreError::unavailable("appending", text.clone()));
                }
            }
            Failure::Unknown(error) => {
                let text = error.to_string();
                for job in batch {
                    job.lose(StoreError::unavailable("committing an append", text.clone()));
                }
            }
            Failure::RolledBack(error) | Failure::Held(error) if batch.len() == 1 => {
                if let Some(job) = batch.into_iter().next() {
                    self.refuse(job, error);
                }
            }
            Failure::RolledBack(_) => {
                for job in batch {
                    Box::pin(self.commit(vec![job])).await;
                }
            }
            // Each would wait as long again.
            Failure::Held(_) => {
                let (held, others) = self.held(batch);
                Box::pin(self.commit(others)).await;
                held.into_iter().for_each(|job| self.wait_aside(job));
            }
        }
    }

    /// Those that change read models, with what comes after them in their calls; and the others.
    fn held(&self, batch: Vec<Job>) -> (Vec<Job>, Vec<Job>) {
        let inlines = &self.shared.inlining.inlines;
        let mut calls = HashSet::new();
        batch.into_iter().partition(|job| {
            let follows = job.call.is_some_and(|call| calls.contains(&call));
            let is_held = follows || !inlines.about(&job.prepared.append.events).is_empty();
            calls.extend(job.call.filter(|_| is_held));
            is_held
        })
    }

    fn wait_aside(&mut self, job: Job) {
        let Some(aside) = &self.aside else {
            return job.fail(|| StoreError::closed("appending"));
        };
        self.put_aside.extend(job.call);
        if let Err(mpsc::error::SendError(job)) = aside.send(job) {
            job.fail(|| StoreError::closed("appending"));
        }
    }

    /// The database does not take it, or not yet.
    fn refuse(&mut self, job: Job, error: Rejected) {
        match &self.aside {
            Some(_) if error.state() == Some(SqlState::LOCK_NOT_AVAILABLE) => self.wait_aside(job),
            _ => {
                let doing = format!("appending to stream {}", job.prepared.append.events[0].stream);
                job.end(Err(error.into_store_error(doing).into()));
            }
        }
    }

    /// Puts aside what comes after something that is put aside.
    fn without_followers(&self, batch: Vec<Job>) -> Vec<Job> {
        let Some(aside) = self.aside.as_ref().filter(|_| !self.put_aside.is_empty()) else { return batch };
        let follows = |job: &Job| job.call.is_some_and(|call| self.put_aside.contains(&call));
        let (followers, others) = batch.into_iter().partition::<Vec<_>, _>(follows);
        for job in followers {
            if let Err(mpsc::error::SendError(job)) = aside.send(job) {
                job.fail(|| StoreError::closed("appending"));
            }
        }
        others
    }

    /// Commits a batch, again as long as others are faster.
    async fn attempt(&mut self, mut batch: Vec<Job>) -> Result<(), (Vec<Job>, Failure)> {
        let attempts = if batch.len() == 1 { ATTEMPTS } else { 3 };
        let mut attempt = 1;
        let mut may_be_simple = are_of_different_calls(&batch);
        loop {
            let appends: Vec<_> = batch.iter().map(|job| &job.prepared).collect();
            match self.run_once(&appends, may_be_simple).await {
                Ok(outcomes) => {
                    batch = self.tell(batch, outcomes);
                    if batch.is_empty() {
                        return Ok(());
                    }
                }
                Err(Failure::RolledBack(error))
                    if is_lost_race(error.state().as_ref()) && attempt < attempts =>
                {
                    // Those who were faster are done with it; but of many who all try again, some should come first.
                    sleep(Duration::from_micros(50 * attempt.min(20) as u64)).await;
                    attempt += 1;
                }
                Err(failure) => return Err((batch, failure)),
            }
            // What a simple statement has refused, the function explains.
            may_be_simple = false;
        }
    }

    /// Gives back those without an outcome.
    fn tell(&self, batch: Vec<Job>, outcomes: Vec<Option<Outcome>>) -> Vec<Job> {
        // Before the callers, who would otherwise be the first to run.
        if outcomes.iter().flatten().any(Result::is_ok) {
            self.shared.wakes.appended();
            (self.shared.appended)();
        }
        let mut left = Vec::new();
        for (job, outcome) in batch.into_iter().zip(outcomes) {
            match outcome {
                Some(outcome) => job.end(outcome),
                None => left.push(job),
            }
        }
        left
    }

    async fn run_once(
        &mut self,
        appends: &[&Prepared],
        may_be_simple: bool,
    ) -> Result<Vec<Option<Outcome>>, Failure> {
        let shared = Arc::clone(&self.shared);
        let events = appends.iter().flat_map(|append| &append.append.events);
        let inlines = shared.inlining.inlines.about(events);
        if !inlines.is_empty() {
            return Box::pin(with_read_models(&shared, appends, inlines, self.patience())).await;
        }
        let pooler = shared.config.pooler;
        let patience = pooler.then(|| self.patience());
        let mut link = match self.link.take() {
            Some(mut link) => match link.is_open().await {
                true => link,
                false => Box::pin(connect(&shared, &self.patience())).await?,
            },
            None => Box::pin(connect(&shared, &self.patience())).await?,
        };
        if appends.iter().any(|append| append.types_lost != shared.names.types_lost()) {
            self.link = Some(link);
            return Err(Failure::NotSent(StoreError::unavailable(
                "appending",
                "the server has lost event types",
            )));
        }
        // Behind a pooler, what the function sets for its transaction has to be set.
        let simple = if may_be_simple && !pooler { Simple::of(appends, &shared.names) } else { None };
        let done = match (appends, simple) {
            ([only], _) if only.events.len() > COPIED => {
                Box::pin(copy::append(&mut link, &shared, only, patience)).await.map(explained)
            }
            (_, Some(simple)) => simple.run(&mut link, &shared, appends).await,
            _ => Box::pin(many(&mut link, &shared, appends, patience)).await.map(explained),
        };
        match done {
            Ok(outcomes) => {
                self.link = Some(link);
                Ok(outcomes)
            }
            Err(Broken::Sql(error)) => match Rejected::of(error) {
                Ok(rejected) => {
                    // A replica is not to be kept until it is the server that everybody appends to: by then others may have seen
                    // there what it has not got.
                    if rejected.state() != Some(SqlState::READ_ONLY_SQL_TRANSACTION) {
                        self.link = Some(link);
                    }
                    Err(Failure::RolledBack(rejected))
                }
                // The connection cannot be used any more.
                Err(error) => {
                    Err(Failure::Unknown(error.into_store_error("committing an append".to_owned())))
                }
            },
            Err(Broken::Answer(error)) => Err(Failure::Unknown(error)),
            Err(Broken::Store(error)) => Err(Failure::NotSent(error)),
        }
    }

    /// How long a statement waits for a lock, as PostgreSQL reads it.
    fn patience(&self) -> String {
        let longest = self.shared.config.lock_timeout;
        let patience = if self.aside.is_some() { PATIENCE.min(longest) } else { longest };
        format!("{}ms", patience.as_millis().max(1))
    }
}

async fn connect(shared: &Shared, patience: &str) -> Result<Link, Failure> {
    let failed = |error: Error| Failure::NotSent(error.into_store_error("connecting to append".to_owned()));
    let mut connector = shared.config.connector.clone();
    let pooler = shared.config.pooler;
    if !pooler {
        connector.wait_at_most(patience);
    }
    let mut link = Link::connect(&connector, !pooler).await.map_err(failed)?;
    shared.names.forget_streams();
    shared.names.check_types(&shared.database, &mut link).await.map_err(failed)?;
    if !pooler {
        link.run(DURABLE).await.map_err(failed)?;
    }
    Ok(link)
}

/// Has commits wait for the disk, also where a database is set up not to. Whoever wants more than that keeps it.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'local', false) \
                       WHERE current_setting('synchronous_commit') = 'off'";

/// Why a call came to nothing.
pub(super) enum Broken {
    Sql(Error),
    /// It was not made.
    Store(StoreError),
    /// It was made, and what came of it cannot be read.
    Answer(StoreError),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Those of one call take their positions in the order given, which a simple statement does not keep.
fn are_of_different_calls(batch: &[Job]) -> bool {
    let mut seen = HashSet::new();
    batch.iter().filter_map(|job| job.call).all(|call| seen.insert(call))
}

pub(super) fn explained(outcomes: Vec<Outcome>) -> Vec<Option<Outcome>> {
    outcomes.into_iter().map(Some).collect()
}

/// Any appends by one call of the function.
async fn many(
    link: &mut Link,
    shared: &Shared,
    appends: &[&Prepared],
    patience: Option<String>,
) -> Result<Vec<Outcome>, Broken> {
    let batch = Batch::new(appends, Some(&shared.names), false, patience)?;
    let seen = shared.names.seen();
    let rows = link.query(&shared.database.sql.append.batch, &batch.parameters()).await?;
    let row = rows
        .first()
        .ok_or_else(|| Broken::Answer(StoreError::corrupt("appending", "the function gave no row")))?;
    let found = Found::read(row)?;
    let outcomes = found.outcomes(shared.log, appends);
    remember(&seen, appends, &found, &outcomes);
    Ok(outcomes)
}

/// The streams that are committed: those that have events.
pub(super) fn remember(seen: &Seen<'_>, appends: &[&Prepared], found: &Found, outcomes: &[Outcome]) {
    let mut streams = found.streams.iter().zip(&found.versions);
    for (append, outcome) in appends.iter().zip(outcomes) {
        for (head, (number, before)) in append.heads.iter().zip(streams.by_ref()) {
            if let (Ok(receipt), 1..) = (outcome, *number) {
                let before = StreamVersion::new(*before as u64);
                seen.stream(*number, &head.stream, receipt.version_of(&head.stream).unwrap_or(before));
            }
        }
    }
}
