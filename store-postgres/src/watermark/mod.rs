//! The mark: up to where the log can be read, because nothing can appear there any more.
//!
//! One task for each process moves it. Readers use it as a floor: what a statement of theirs shows without a hole above it
//! they can deliver by themselves.

#[cfg(feature = "metrics")]
mod meter;
mod proof;
mod status;
mod task;

pub(crate) use self::status::Status;

use crate::{PgConfig, database::Database, subscribe::Wakes};
use factum_core::{Position, StoreError};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use task::Task;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

/// A reader's side of the task, which ends with it.
pub(crate) struct Watermark {
    shared: Arc<Shared>,
    database: Arc<Database>,
    task: Option<JoinHandle<()>>,
}

struct Shared {
    mark: AtomicU64,
    status: watch::Sender<Status>,
    /// The number of the last look that has begun.
    begun: AtomicU64,
    /// There is something to look at, but no hurry.
    appended: Notify,
    /// A reader waits at a hole.
    asked: Notify,
    /// The last position that a transaction of a caller has drawn. Nobody says when that transaction ends.
    expected: AtomicU64,
}

impl Watermark {
    /// Begins at the mark that was published last.
    pub(crate) async fn start(
        config: &PgConfig,
        database: &Arc<Database>,
        wakes: &Arc<Wakes>,
    ) -> Result<Self, StoreError> {
        let doing = "reading the mark";
        let rows = database.query(doing, &database.sql.watermark.published, &[]).await?;
        let row = rows.first().ok_or_else(|| StoreError::incompatible(doing, "there is none"))?;
        let (mark, is_replica): (i64, bool) = (row.get(0), row.get(1));
        let mark = mark as u64;
        let shared = Arc::new(Shared {
            mark: AtomicU64::new(mark),
            status: watch::Sender::new(Status::at(mark)),
            begun: AtomicU64::new(0),
            appended: Notify::new(),
            asked: Notify::new(),
            expected: AtomicU64::new(0),
        });
        let task =
            Task::new(config, Arc::clone(database), Arc::clone(&shared), Arc::clone(wakes), is_replica);
        let task = config.watermark.then(|| tokio::spawn(task.run()));
        Ok(Self { shared, database: Arc::clone(database), task })
    }

    /// Everything at or below is settled: a statement begun after this call sees all of it that will ever be there.
    pub(crate) fn mark(&self) -> Position {
        Position::new(self.shared.mark.load(Ordering::Acquire))
    }

    /// Something was appended by this process.
    pub(crate) fn appended(&self) -> impl Fn() + Send + Sync + 'static {
        let shared = Arc::clone(&self.shared);
        move || shared.appended.notify_one()
    }

    /// The mark, for those that outlive a call.
    pub(crate) fn marks(&self) -> Marks {
        Marks(Arc::clone(&self.shared))
    }

    /// Something will appear at `position`, if the transaction commits that has drawn it.
    pub(crate) fn expect(&self, position: Position) {
        self.shared.expected.fetch_max(position.get(), Ordering::AcqRel);
        self.shared.appended.notify_one();
    }

    pub(crate) fn status(&self) -> Status {
        self.shared.status.borrow().clone()
    }

    /// Waits until the hole at `position` is settled (`true`), or is known to be held by a transaction that has not ended
    /// (`false`); then the log cannot be read beyond it yet.
    pub(crate) async fn settle(&self, position: Position) -> bool {
        let mut status = self.shared.status.subscribe();
        let begun = self.shared.begun.load(Ordering::Acquire);
        self.shared.asked.notify_one();
        // What a look says that had begun before may be out of date.
        let is_decided =
            |status: &Status| status.mark >= position.get() || status.looks > begun && !status.is_deciding;
        let decided = status.wait_for(is_decided);
        match &self.task {
            Some(task) if !task.is_finished() => {
                decided.await.is_ok_and(|status| status.mark >= position.get())
            }
            _ => false,
        }
    }

    /// The last position up to which the log can be read now.
    pub(crate) async fn head(&self) -> Result<Position, StoreError> {
        loop {
            let mark = self.mark();
            let visible = visible(&self.database, mark.get()).await?;
            let end = visible.iter().zip(mark.get() + 1..).take_while(|(found, next)| *found == next).last();
            let end = Position::new(end.map_or(mark.get(), |(_, end)| end));
            let beyond = visible.last().is_some_and(|newest| *newest > end.get()) || visible.len() == LOOK;
            if !beyond || !self.settle(end.next()).await {
                return Ok(end);
            }
        }
    }
}

/// Tells the mark.
pub(crate) struct Marks(Arc<Shared>);

impl Marks {
    /// As [`Watermark::mark`].
    pub(crate) fn mark(&self) -> Position {
        Position::new(self.0.mark.load(Ordering::Acquire))
    }
}

impl Drop for Watermark {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// So many positions are looked at by one statement.
const LOOK: usize = 10_000;

/// The first positions above `mark` that can be seen.
async fn visible(database: &Database, mark: u64) -> Result<Vec<u64>, StoreError> {
    let visible = &database.sql.watermark.visible;
    let rows = database.query("looking for the end of the log", visible, &[&(mark as i64)]).await?;
    let positions: Vec<i64> = rows.first().map(|row| row.get(0)).unwrap_or_default();
    Ok(positions.into_iter().map(|position| position as u64).collect())
}
