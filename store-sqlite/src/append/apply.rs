use crate::{
    cache::{Cache, Place},
    log_query,
    writer::Transaction,
};
use factum_core::{Append, AppendError, Conflict, EventId, NewEvent, Position, Receipt, Tag, Timestamp};
use rusqlite::{
    Connection,
    types::{ToSqlOutput, ValueRef},
};
use std::{collections::HashSet, str};

/// Why an append was not applied.
pub(super) enum Failure {
    /// The append has a reason of its own, and wrote nothing.
    Refused(AppendError),
    /// The transaction can no longer be relied on.
    Broken(rusqlite::Error),
}

/// Checks everything, then writes everything.
pub(super) fn apply(append: &Append, transaction: &mut Transaction<'_>) -> Result<Receipt, Failure> {
    if append.events.is_empty() {
        return Ok(Receipt::empty(transaction.log));
    }
    let Transaction { connection, cache, .. } = &mut *transaction;
    append.check().map_err(|invalid| Failure::Refused(invalid.into()))?;
    check_versions(append, connection, cache)?;
    check_condition(append, connection)?;
    check_ids(append, connection, cache)?;
    Ok(write(append, transaction)?)
}

fn check_versions(append: &Append, connection: &Connection, cache: &mut Cache) -> Result<(), Failure> {
    for (stream, expected) in &append.expected {
        let actual = cache.version(connection, stream)?;
        if !expected.is_met_by(actual) {
            let conflict = Conflict::version(stream.clone(), *expected, actual);
            return Err(Failure::Refused(conflict.into()));
        }
    }
    Ok(())
}

fn check_condition(append: &Append, connection: &Connection) -> Result<(), Failure> {
    let Some(condition) = &append.condition else { return Ok(()) };
    match log_query::first_match(connection, &condition.fail_if_events_match, condition.after)? {
        Some(position) => Err(Failure::Refused(Conflict::condition(condition.after, position).into())),
        None => Ok(()),
    }
}

/// Before anything is written, since a failing insert would leave the rows before it.
fn check_ids(append: &Append, connection: &Connection, cache: &mut Cache) -> Result<(), Failure> {
    let ids = append.events.iter().map(|event| event.id);
    if cache.are_above_all(connection, ids.clone())? {
        return Ok(());
    }
    let mut find = connection.prepare_cached(include_str!("../../sql/read/position_of.sql"))?;
    let mut seen = HashSet::new();
    for EventId(id) in ids {
        // A single one cannot be there twice.
        let is_twice = append.events.len() > 1 && !seen.insert(id);
        if is_twice || find.exists([id])? {
            return Err(Failure::Refused(AppendError::DuplicateEvent(EventId(id))));
        }
    }
    Ok(())
}

fn write(append: &Append, transaction: &mut Transaction<'_>) -> rusqlite::Result<Receipt> {
    let (log, recorded_at) = (transaction.log, transaction.clock.now());
    let (insert, connection, cache) = transaction.add_event()?;
    let mut written = Vec::with_capacity(append.events.len());
    for event in &append.events {
        let Place { stream, version, position } = cache.next_place(connection, &event.stream, event.id)?;
        insert.execute((
            position.get() as i64,
            stream,
            version.get() as i64,
            cache.event_type(connection, &event.event_type, event.type_version)?,
            event.id.0,
            recorded_at.timestamp_micros(),
            occurred_at(event, recorded_at),
            joined(&event.tags),
            metadata(event)?,
            payload(&event.payload),
        ))?;
        add_tags(event, position, connection)?;
        written.push((&event.stream, version, position));
    }
    Ok(Receipt::new(log, recorded_at, written))
}

fn add_tags(event: &NewEvent, position: Position, connection: &Connection) -> rusqlite::Result<()> {
    if event.tags.is_empty() {
        return Ok(());
    }
    let mut add = connection.prepare_cached(include_str!("../../sql/append/add_tag.sql"))?;
    event.tags.iter().try_for_each(|tag| add.execute((tag.as_str(), position.get() as i64)).map(drop))
}

fn occurred_at(event: &NewEvent, recorded_at: Timestamp) -> Option<i64> {
    event.time.filter(|time| *time != recorded_at).map(|time| time.timestamp_micros())
}

/// The tags separated by line feeds, which no tag contains.
fn joined(tags: &[Tag]) -> Option<String> {
    let tags: Vec<_> = tags.iter().map(Tag::as_str).collect();
    (!tags.is_empty()).then(|| tags.join("\n"))
}

fn metadata(event: &NewEvent) -> rusqlite::Result<Option<String>> {
    let bytes = event.metadata.to_bytes().map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
    Ok(bytes.map(|json| String::from_utf8_lossy(&json).into_owned()))
}

/// As text where it is text, so that SQLite's own tools show it.
fn payload(bytes: &[u8]) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match str::from_utf8(bytes) {
        Ok(_) => ValueRef::Text(bytes),
        Err(_) => ValueRef::Blob(bytes),
    })
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error)
    }
}
