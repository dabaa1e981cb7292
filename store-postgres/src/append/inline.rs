//! Appends that change read models in their own transaction.

use crate::{
    PgConfig, PgStore, PgWork,
    database::Database,
    document,
    error::{IntoStoreError, is_lost_race},
    log_query,
    sink::may_pass,
    sql::Statement,
    watermark::{Marks, Watermark},
};
use factum_core::{
    Append, LogId, Position, QueryItem, Receipt, RecordedEvent, StoreError,
    projection::{Inline, Inlined, ProjectionError},
    sink::{InlineStore, Inlines},
};
use futures_util::FutureExt as _;
use sqlx::{PgConnection, Row as _, postgres::PgArguments};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};
use tokio_postgres::error::SqlState;

/// How long an append waits for others that may have drawn positions before its own, and have not ended. If they take longer,
/// what it has written is applied after it.
const PATIENCE: Duration = Duration::from_millis(50);
/// How soon it looks again, at first and at last.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_micros(300), Duration::from_millis(5));

/// Beyond so many positions nobody counts whether all of them are there.
const MOST: u64 = 10_000;

/// What is needed to apply events in the transaction that appends them.
pub(crate) struct Inlining {
    log: LogId,
    pub(super) database: Arc<Database>,
    marks: Marks,
    persistent: bool,
    pub(crate) inlines: Inlines<PgStore>,
}

/// A projection whose checkpoint is locked.
pub(super) struct Locked {
    inline: Arc<Inline<PgStore>>,
    generation: u32,
    position: Position,
}

/// An append that has been written in the open transaction, with the positions of its events.
pub(super) type Appended<'a> = (&'a Append, &'a Receipt, &'a [i64]);

impl InlineStore for PgStore {
    fn inlines(&self) -> &Inlines<Self> {
        &self.inner.inlining.inlines
    }
}

impl Inlining {
    pub(crate) fn new(
        config: &PgConfig,
        log: LogId,
        database: &Arc<Database>,
        watermark: &Watermark,
    ) -> Arc<Self> {
        let (database, marks, inlines) = (Arc::clone(database), watermark.marks(), Inlines::default());
        Arc::new(Self { log, database, marks, persistent: !config.is_pooled(), inlines })
    }

    pub(super) fn statement<'q>(
        &self,
        statement: &'q Statement,
    ) -> sqlx::query::Query<'q, sqlx::Postgres, PgArguments> {
        sqlx::query(sqlx::AssertSqlSafe(statement.text.as_str())).persistent(self.persistent)
    }

    /// Locks the checkpoints of these projections. Before positions are drawn, so that whoever has drawn lower ones for them
    /// has ended. With `patience`, the transaction is one of the store's own, which waits for no lock longer than that.
    pub(super) async fn lock(
        &self,
        connection: &mut PgConnection,
        inlines: Vec<Arc<Inline<PgStore>>>,
        patience: Option<&str>,
    ) -> Result<Vec<Locked>, sqlx::Error> {
        let names: Vec<_> = inlines.iter().map(|inline| inline.consumer().as_str().to_owned()).collect();
        let lock = self.statement(&self.database.sql.inline.lock).bind(names).bind(self.log.0).bind(patience);
        let rows = lock.fetch_all(connection).await?;
        let mut locked = Vec::with_capacity(rows.len());
        for row in rows {
            let (name, generation, position): (String, i32, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let inline = inlines.iter().find(|inline| inline.consumer().as_str() == name);
            locked.extend(inline.map(|inline| Locked {
                inline: Arc::clone(inline),
                generation: generation as u32,
                position: Position::new(position as u64),
            }));
        }
        Ok(locked)
    }

    /// Applies what was appended in the open transaction, where it comes next.
    pub(super) async fn apply(
        &self,
        connection: &mut PgConnection,
        locked: Vec<Locked>,
        appended: &[Appended<'_>],
    ) -> Result<(), NotApplied> {
        let positions: Vec<i64> =
            appended.iter().flat_map(|(_, _, positions)| positions.iter().copied()).collect();
        let Some(last) = positions.iter().max().copied() else { return Ok(()) };
        if locked.is_empty() {
            return Ok(());
        }
        let mut next = locked;
        if !self.is_settled(connection, last).await? {
            // Those that are behind have nothing to wait for.
            next = self.which_are_next(connection, next, last, &positions).await?;
            if next.is_empty() || !self.others_have_ended(connection).await? {
                return Ok(());
            }
        }
        let next = self.which_are_next(connection, next, last, &positions).await?;
        let mut events: Vec<RecordedEvent> = appended
            .iter()
            .flat_map(|(append, receipt, positions)| {
                append.recorded(receipt, positions.iter().map(|position| Position::new(*position as u64)))
            })
            .collect();
        events.sort_unstable_by_key(|event| event.position);
        for locked in &next {
            self.apply_one(connection, locked, last, &events).await?;
        }
        Ok(())
    }

    /// Whether every position up to `last` is there.
    async fn is_settled(&self, connection: &mut PgConnection, last: i64) -> Result<bool, sqlx::Error> {
        let mark = self.marks.mark().get();
        if (last as u64).saturating_sub(mark) > MOST {
            return Ok(false);
        }
        let settled = self.statement(&self.database.sql.inline.settled).bind(mark as i64).bind(last);
        settled.fetch_one(connection).await?.try_get(0)
    }

    /// Waits until those have ended who have drawn positions; not for long. What a statement that is begun after that does not
    /// see before the positions of this transaction is dead: the proof of a hole, by one who has drawn after it.
    async fn others_have_ended(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let until = Instant::now() + PATIENCE;
        let (mut pause, longest) = LOOK_AGAIN;
        // Those who come later do not matter.
        let mut others: Option<Vec<String>> = None;
        loop {
            let look = self.statement(&self.database.sql.inline.others).bind(others.take());
            let left: Vec<String> = look.fetch_one(&mut *connection).await?.try_get(0)?;
            if left.is_empty() {
                return Ok(true);
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            others = Some(left);
            sleep(pause).await;
            pause = longest.min(2 * pause);
        }
    }

    async fn which_are_next(
        &self,
        connection: &mut PgConnection,
        locked: Vec<Locked>,
        last: i64,
        positions: &[i64],
    ) -> Result<Vec<Locked>, NotApplied> {
        let mut next = Vec::with_capacity(locked.len());
        for locked in locked {
            if self.is_next(connection, &locked, last, positions).await? {
                next.push(locked);
            }
        }
        Ok(next)
    }

    async fn is_next(
        &self,
        connection: &mut PgConnection,
        locked: &Locked,
        last: i64,
        positions: &[i64],
    ) -> Result<bool, NotApplied> {
        let consumer = locked.consumer()?;
        for item in log_query::items(locked.inline.query()) {
            let QueryItem { types, tags, categories, .. } = &item;
            let is_next = self
                .statement(&self.database.sql.inline.is_next)
                .bind(locked.position.get() as i64)
                .bind(last)
                .bind(positions)
                .bind(&consumer)
                .bind(self.log.0)
                .bind(locked.inline.consumer().as_str())
                .bind(locked.generation as i32)
                .bind(names(types.iter().map(factum_core::EventType::as_str)))
                .bind(names(categories.iter().map(factum_core::Category::as_str)))
                .bind(names(tags.iter().map(factum_core::Tag::as_str)));
            if !is_next.fetch_one(&mut *connection).await?.try_get::<bool, _>(0)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn apply_one(
        &self,
        connection: &mut PgConnection,
        locked: &Locked,
        last: i64,
        events: &[RecordedEvent],
    ) -> Result<(), NotApplied> {
        let Locked { inline, generation, .. } = locked;
        let failed = |error: ProjectionError| NotApplied::Refused(locked.failed(error));
        let Some(begun) = inline.begin(*generation, events.iter().cloned()).map_err(failed)? else {
            return Ok(());
        };
        let reads = begun.reads();
        let documents = match &reads.collection {
            Some(collection) => {
                let load = document::load_statement(&self.database.sql, collection);
                let load = self.statement(&load).bind(&reads.keys);
                let rows = load.fetch_all(&mut *connection).await.map_err(|error| locked.of_sql(error))?;
                document::in_order(&reads.keys, &rows)?
            }
            None => Vec::new(),
        };
        let work = match begun.end(documents).map_err(failed)? {
            Inlined::Documents(collection, changes) => {
                PgWork::changes(&self.database.sql, self.persistent, &collection, changes)
            }
            Inlined::Work(work) => work,
            _ => return Ok(()),
        };
        let done = AssertUnwindSafe(work.run(connection)).catch_unwind().await;
        match done.unwrap_or_else(|payload| Err(ProjectionError::panicked(payload).into())) {
            Ok(()) => {}
            Err(error) => {
                return Err(match error.downcast::<sqlx::Error>() {
                    Ok(error) => locked.of_sql(*error),
                    Err(error) => failed(ProjectionError::work(error)),
                });
            }
        }
        let applied = self.statement(&self.database.sql.inline.applied);
        applied.bind(locked.consumer()?).bind(self.log.0).bind(last).execute(connection).await?;
        Ok(())
    }
}

impl Locked {
    /// That of the generation that is read.
    fn consumer(&self) -> Result<String, NotApplied> {
        let consumer = self.inline.consumer().generation(self.generation);
        let consumer = consumer.map_err(|invalid| NotApplied::Refused(invalid.into()))?;
        Ok(consumer.as_str().to_owned())
    }

    /// What the database says to the projection. If it was a matter of time or of others, it is as if the append had met it;
    /// anything else is the projection's fault, such as a unique entry that its own tables have already.
    fn of_sql(&self, error: sqlx::Error) -> NotApplied {
        match may_pass(&error) {
            true => NotApplied::Sql(error),
            false => NotApplied::Refused(self.failed(ProjectionError::work(error))),
        }
    }

    fn failed(&self, error: ProjectionError) -> StoreError {
        StoreError::new(format!("applying {} in the append", self.inline.consumer()), error)
    }
}

/// Why a transaction that appends cannot go on.
pub(super) enum NotApplied {
    /// A projection fails.
    Refused(StoreError),
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for NotApplied {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl NotApplied {
    /// Whether another writer was faster.
    pub(super) fn is_lost_race(&self) -> bool {
        let Self::Sql(error) = self else { return false };
        let state = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        is_lost_race(state.map(|code| SqlState::from_code(&code)).as_ref())
    }

    pub(super) fn into_store_error(self, doing: &str) -> StoreError {
        match self {
            Self::Refused(error) => error,
            Self::Sql(error) => error.into_store_error(doing.to_owned()),
        }
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Option<Vec<String>> {
    let names: Vec<_> = names.map(str::to_owned).collect();
    (!names.is_empty()).then_some(names)
}
