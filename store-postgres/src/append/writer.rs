use super::{
    Shared,
    batch::{Batch, Found, expected, receipt},
    copy,
    job::{Job, Outcome},
    prepared::Prepared,
};
use crate::{
    error::{IntoStoreError, is_lost_race, is_rolled_back},
    link::Link,
    row::Micros,
};
use factum_core::{AppendError, Position, StoreError, StreamVersion};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::sleep};
use tokio_postgres::{Error, Row, error::SqlState};

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
enum Failure {
    /// Nothing was sent.
    NotSent(StoreError),
    /// Nothing was written.
    RolledBack(Error),
    /// Nobody knows.
    Unknown(StoreError),
}

impl Writer {
    pub(super) fn new(shared: &Arc<Shared>, aside: Option<mpsc::UnboundedSender<Job>>) -> Self {
        Self { shared: Arc::clone(shared), aside, link: None, put_aside: HashSet::new() }
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
            Failure::RolledBack(error) if batch.len() == 1 => {
                if let Some(job) = batch.into_iter().next() {
                    self.refuse(job, error);
                }
            }
            Failure::RolledBack(_) => {
                for job in batch {
                    Box::pin(self.commit(vec![job])).await;
                }
            }
        }
    }

    /// The database does not take it, or not yet.
    fn refuse(&mut self, job: Job, error: Error) {
        match &self.aside {
            Some(aside) if is_wait(&error) => {
                self.put_aside.extend(job.call);
                if let Err(mpsc::error::SendError(job)) = aside.send(job) {
                    job.fail(|| StoreError::closed("appending"));
                }
            }
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
    async fn attempt(&mut self, batch: Vec<Job>) -> Result<(), (Vec<Job>, Failure)> {
        let attempts = if batch.len() == 1 { ATTEMPTS } else { 3 };
        for attempt in 1.. {
            let appends: Vec<_> = batch.iter().map(|job| &job.prepared).collect();
            // What one statement has refused, the function explains.
            match self.run_once(&appends, attempt == 1).await {
                Ok(outcomes) => {
                    self.tell(batch, outcomes);
                    return Ok(());
                }
                Err(Failure::RolledBack(error)) if is_lost_race(error.code()) && attempt < attempts => {
                    // Those who were faster are done with it; but of many who all try again, some should come first.
                    sleep(Duration::from_micros(50 * attempt.min(20) as u64)).await;
                }
                Err(failure) => return Err((batch, failure)),
            }
        }
        unreachable!("the last attempt returns")
    }

    fn tell(&self, batch: Vec<Job>, outcomes: Vec<Outcome>) {
        let written = outcomes.iter().any(Result::is_ok);
        // Before the callers, who would otherwise be the first to run.
        if written {
            self.shared.wakes.appended();
            (self.shared.appended)();
        }
        for (job, outcome) in batch.into_iter().zip(outcomes) {
            job.end(outcome);
        }
    }

    async fn run_once(&mut self, appends: &[&Prepared], fast: bool) -> Result<Vec<Outcome>, Failure> {
        let shared = Arc::clone(&self.shared);
        let sql = &shared.database.sql.append;
        let pooler = shared.config.pooler;
        let patience = pooler.then(|| self.patience());
        let mut link = match self.link.take() {
            Some(mut link) => match link.is_open().await {
                true => link,
                false => connect(&shared, &self.patience()).await?,
            },
            None => connect(&shared, &self.patience()).await?,
        };
        let done = match appends {
            [only] if only.events.len() > COPIED => copy::append(&mut link, &shared, only, patience).await,
            [only] if fast && !pooler && only.is_simple() => match shared.names.number(&only.heads[0].stream)
            {
                Some(number) => match one(&mut link, &shared, only, number).await {
                    Ok(Some(outcome)) => Ok(vec![outcome]),
                    Ok(None) => many(&mut link, &shared, sql, appends, patience).await,
                    Err(error) => Err(error),
                },
                None => many(&mut link, &shared, sql, appends, patience).await,
            },
            _ => many(&mut link, &shared, sql, appends, patience).await,
        };
        match done {
            Ok(outcomes) => {
                self.link = Some(link);
                Ok(outcomes)
            }
            Err(Broken::Sql(error)) if is_rolled_back(&error) => {
                self.link = Some(link);
                Err(Failure::RolledBack(error))
            }
            // The connection cannot be used any more.
            Err(Broken::Sql(error)) => {
                Err(Failure::Unknown(error.into_store_error("committing an append".to_owned())))
            }
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

fn is_wait(error: &Error) -> bool {
    error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

/// One event by one statement; `None` if it writes nothing.
async fn one(
    link: &mut Link,
    shared: &Shared,
    append: &Prepared,
    number: i32,
) -> Result<Option<Outcome>, Broken> {
    let (event, place) = (&append.append.events[0], &append.events[0]);
    let expected = expected(append.heads[0].expected);
    let payload: &[u8] = &event.payload;
    let parameters: &crate::database::Parameters<'_> =
        &[&number, &expected, &place.event_type, &event.id.0, &payload, &place.details];
    let rows = link.query(&shared.database.sql.append.one, parameters).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (position, version, at) = written(row)?;
    let before = [StreamVersion::new(version.saturating_sub(1))];
    let receipt = receipt(shared.log, at.time()?, append, &before, std::iter::once(Position::new(position)));
    Ok(Some(Ok(receipt)))
}

fn written(row: &Row) -> Result<(u64, u64, Micros), Error> {
    Ok((row.try_get::<_, i64>(0)? as u64, row.try_get::<_, i64>(1)? as u64, row.try_get(2)?))
}

/// Any appends by one call of the function.
async fn many(
    link: &mut Link,
    shared: &Shared,
    sql: &crate::sql::Append,
    appends: &[&Prepared],
    patience: Option<String>,
) -> Result<Vec<Outcome>, Broken> {
    let batch = Batch::new(appends, &shared.names, false, patience)?;
    let rows = link.query(&sql.batch, &batch.parameters()).await?;
    let row = rows.first().ok_or_else(|| StoreError::corrupt("appending", "the function gave no row"))?;
    let found = Found::read(row)?;
    let outcomes = found.outcomes(shared.log, appends);
    remember(shared, appends, &found, &outcomes);
    Ok(outcomes)
}

/// The numbers of streams that are committed: those that have events.
pub(super) fn remember(
    shared: &Shared,
    appends: &[&Prepared],
    found: &Found,
    outcomes: &[Result<factum_core::Receipt, AppendError>],
) {
    let mut numbers = found.streams.iter();
    for (append, outcome) in appends.iter().zip(outcomes) {
        for (head, number) in append.heads.iter().zip(numbers.by_ref()) {
            if outcome.is_ok() && *number != 0 {
                shared.names.remember_if_new(*number, &head.stream);
            }
        }
    }
}
