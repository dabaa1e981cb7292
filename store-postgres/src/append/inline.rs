//! Appends that change read models in their own transaction.

use crate::{
    PgConfig, PgStore, PgWork,
    database::Database,
    document,
    error::{IntoStoreError, is_lost_race},
    log_query,
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

/// How long an append waits for others that have drawn positions before its own, and have not ended. If they take longer, what
/// it has written is applied after it.
const PATIENCE: Duration = Duration::from_millis(50);
const LOOK_AGAIN: Duration = Duration::from_micros(300);

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
    /// has ended.
    pub(super) async fn lock(
        &self,
        connection: &mut PgConnection,
        inlines: Vec<Arc<Inline<PgStore>>>,
    ) -> Result<Vec<Locked>, sqlx::Error> {
        let names: Vec<_> = inlines.iter().map(|inline| inline.consumer().as_str().to_owned()).collect();
        let lock = self.statement(&self.database.sql.inline.lock).bind(names).bind(self.log.0);
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
        if locked.is_empty() || !self.is_settled(connection, last).await? {
            return Ok(());
        }
        let mut events: Vec<RecordedEvent> = appended
            .iter()
            .flat_map(|(append, receipt, positions)| {
                append.recorded(receipt, positions.iter().map(|position| Position::new(*position as u64)))
            })
            .collect();
        events.sort_unstable_by_key(|event| event.position);
        for locked in locked {
            if self.is_next(connection, &locked, last, &positions).await? {
                self.apply_one(connection, &locked, last, &events).await?;
            }
        }
        Ok(())
    }

    /// Waits until nothing can appear before `last` any more; not for long.
    async fn is_settled(&self, connection: &mut PgConnection, last: i64) -> Result<bool, sqlx::Error> {
        let until = Instant::now() + PATIENCE;
        loop {
            let mark = self.marks.mark().get();
            if (last as u64).saturating_sub(mark) > MOST {
                return Ok(false);
            }
            let settled = self.statement(&self.database.sql.inline.settled).bind(mark as i64).bind(last);
            if settled.fetch_one(&mut *connection).await?.try_get(0)? {
                return Ok(true);
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            self.marks.ask();
            sleep(LOOK_AGAIN).await;
        }
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
                let rows = self.statement(&load).bind(&reads.keys).fetch_all(&mut *connection).await?;
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
            Err(error) => match error.downcast::<sqlx::Error>() {
                Ok(error) => return Err(NotApplied::Sql(*error)),
                Err(error) => return Err(failed(ProjectionError::work(error))),
            },
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
