use crate::{
    SqliteStore, SqliteWork, checkpoint, document, error::Context, generation::generations, log_query,
    writer::inside,
};
use factum_core::{
    Append, ConsumerName, LogId, Position, Receipt, RecordedEvent, StoreError,
    projection::{Inline, Inlined, ProjectionError},
    sink::{InlineStore, Inlines, WorkError},
};
use rusqlite::{Connection, OptionalExtension};
use std::panic::{AssertUnwindSafe, catch_unwind};

impl InlineStore for SqliteStore {
    fn inlines(&self) -> &Inlines<Self> {
        &self.inner.inlines
    }
}

/// Applies what a group has appended, in its transaction. Nobody else writes before that ends, so what is visible in it is all
/// there is.
pub(crate) fn apply(
    connection: &Connection,
    log: LogId,
    inlines: &Inlines<SqliteStore>,
    appended: &[(&Append, &Receipt)],
) -> Result<(), StoreError> {
    let concerned = inlines.about(appended.iter().flat_map(|(append, _)| &append.events));
    if concerned.is_empty() {
        return Ok(());
    }
    let events: Vec<_> = appended.iter().flat_map(|(append, receipt)| recorded(append, receipt)).collect();
    concerned.iter().try_for_each(|inline| apply_one(connection, log, inline, &events))
}

fn apply_one(
    connection: &Connection,
    log: LogId,
    inline: &Inline<SqliteStore>,
    events: &[RecordedEvent],
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    let doing = || format!("applying {} in the append", inline.consumer());
    let failed = |error: ProjectionError| StoreError::new(doing(), error);
    let generation = generations(connection, inline.consumer()).doing_with(doing)?.active;
    let consumer = inline.consumer().generation(generation)?;
    let next = next(connection, log, &consumer).doing_with(doing)?;
    let Some(position) = next else { return Ok(()) };
    let unapplied = log_query::first_match(connection, inline.query(), position).doing_with(doing)?;
    if unapplied.is_none_or(|unapplied| unapplied < first.position) {
        return Ok(());
    }
    let Some(begun) = inline.begin(generation, events.iter().cloned()).map_err(failed)? else {
        return Ok(());
    };
    let reads = begun.reads();
    let documents = match &reads.collection {
        Some(collection) => document::load(connection, collection, &reads.keys).doing_with(doing)?,
        None => Vec::new(),
    };
    let work = match begun.end(documents).map_err(failed)? {
        Inlined::Documents(collection, changes) => SqliteWork::changes(&collection, changes),
        Inlined::Work(work) => work,
        _ => return Ok(()),
    };
    run(work, connection).map_err(|error| failed(ProjectionError::work(error)))?;
    let mut applied =
        connection.prepare_cached(include_str!("../sql/inline/applied.sql")).doing_with(doing)?;
    applied.execute((consumer.as_str(), log.0, last.position.get() as i64)).map(drop).doing_with(doing)
}

/// It may be an application's own code.
fn run(work: SqliteWork, connection: &Connection) -> Result<(), WorkError> {
    catch_unwind(AssertUnwindSafe(|| inside(|| work.run(connection))))
        .unwrap_or_else(|payload| Err(ProjectionError::panicked(payload).into()))
}

/// Where the consumer is, if an append may take it further.
fn next(connection: &Connection, log: LogId, consumer: &ConsumerName) -> rusqlite::Result<Option<Position>> {
    let mut find = connection.prepare_cached(include_str!("../sql/inline/next.sql"))?;
    let checkpoint = find.query_row((consumer.as_str(), log.0), checkpoint::checkpoint).optional()?;
    Ok(checkpoint.map(|checkpoint| checkpoint.position))
}

/// The events of an append, which have the last positions up to that of the receipt.
fn recorded(append: &Append, receipt: &Receipt) -> Vec<RecordedEvent> {
    let last = receipt.position().get();
    let first = last + 1 - append.events.len() as u64;
    append.recorded(receipt, (first..last + 1).map(Position::new))
}
