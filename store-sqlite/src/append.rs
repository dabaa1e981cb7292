use crate::{
    SqliteStore,
    cache::Cache,
    log_query,
    writer::{GroupError, Job},
};
use async_trait::async_trait;
use chrono::{SubsecRound, Utc};
use factum_core::{
    Append, AppendError, Conflict, EventAppender, EventId, LogId, NewEvent, Position, Receipt, StoreError,
    StreamId, StreamVersion, Tag, Timestamp, store::OutcomeUnknown,
};
use rusqlite::{
    Connection,
    types::{ToSqlOutput, ValueRef},
};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    str,
};
use tokio::sync::oneshot;

#[async_trait]
impl EventAppender for SqliteStore {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let count = appends.len();
        let (reply, outcomes) = oneshot::channel();
        self.inner.writer.send(Job::Append(AppendJob { appends, outcomes: Vec::new(), reply }));
        match outcomes.await {
            Ok(outcomes) => outcomes,
            Err(_) => (0..count).map(|_| Err(StoreError::closed("appending").into())).collect(),
        }
    }
}

/// One call of `append`, on the thread that writes.
pub(crate) struct AppendJob {
    appends: Vec<Append>,
    outcomes: Vec<Result<Receipt, AppendError>>,
    reply: oneshot::Sender<Vec<Result<Receipt, AppendError>>>,
}

impl AppendJob {
    /// Applies the appends in the open transaction. May be called again after that was rolled back.
    pub(crate) fn run(
        &mut self,
        connection: &Connection,
        cache: &mut Cache,
        log: LogId,
    ) -> rusqlite::Result<()> {
        self.outcomes.clear();
        for append in &self.appends {
            self.outcomes.push(match apply(append, connection, cache, log) {
                Err(Failure::Broken(error)) => return Err(error),
                Err(Failure::Refused(error)) => Err(error),
                Ok(receipt) => Ok(receipt),
            });
        }
        Ok(())
    }

    pub(crate) fn appended(&self) -> bool {
        self.outcomes.iter().flatten().any(|receipt| !receipt.is_empty())
    }

    pub(crate) fn tell(self, committed: Result<(), &GroupError>) {
        let outcomes = match committed {
            Ok(()) => self.outcomes,
            Err(error @ (GroupError::RolledBack(_) | GroupError::Disturbed(_))) => {
                self.appends.iter().map(|_| Err(error.to_store_error("appending").into())).collect()
            }
            Err(error @ GroupError::Unknown(_)) => {
                let outcomes = self.outcomes.into_iter().zip(&self.appends);
                outcomes.map(|(outcome, append)| unknown(outcome, append, error)).collect()
            }
        };
        // A caller that has stopped waiting needs no answer.
        let _ = self.reply.send(outcomes);
    }
}

/// What can never be stored is refused, and what wrote nothing wrote nothing, whatever became of the commit. A conflict or a duplicate
/// may have been one with an event of the same group: to tell would be to say that this event is in the log.
fn unknown(
    outcome: Result<Receipt, AppendError>,
    append: &Append,
    error: &GroupError,
) -> Result<Receipt, AppendError> {
    let receipt = match outcome {
        Ok(receipt) => receipt,
        Err(refused @ AppendError::Invalid(_)) => return Err(refused),
        Err(_) => return Err(error.to_store_error("appending").into()),
    };
    if receipt.is_empty() {
        return Ok(receipt);
    }
    let ids = append.events.iter().map(|event| event.id).collect();
    Err(OutcomeUnknown::new(ids, error.to_store_error("committing an append")).into())
}

enum Failure {
    /// The append has a reason of its own, and wrote nothing.
    Refused(AppendError),
    /// The transaction can no longer be relied on.
    Broken(rusqlite::Error),
}

/// Checks everything, then writes everything.
fn apply(
    append: &Append,
    connection: &Connection,
    cache: &mut Cache,
    log: LogId,
) -> Result<Receipt, Failure> {
    if append.events.is_empty() {
        return Ok(Receipt::empty(log));
    }
    append.check().map_err(|invalid| Failure::Refused(invalid.into()))?;
    check_versions(append, connection, cache)?;
    check_condition(append, connection)?;
    check_ids(append, connection)?;
    Ok(write(append, connection, cache, log)?)
}

fn check_versions(append: &Append, connection: &Connection, cache: &mut Cache) -> Result<(), Failure> {
    for (stream, expected) in &append.expected {
        let actual = match cache.find_stream(connection, stream)? {
            Some(id) => version(connection, id)?,
            None => StreamVersion::EMPTY,
        };
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
fn check_ids(append: &Append, connection: &Connection) -> Result<(), Failure> {
    let mut find = connection.prepare_cached(include_str!("../sql/read/position_of.sql"))?;
    let mut seen = HashSet::with_capacity(append.events.len());
    for EventId(id) in append.events.iter().map(|event| event.id) {
        if !seen.insert(id) || find.exists([id])? {
            return Err(Failure::Refused(AppendError::DuplicateEvent(EventId(id))));
        }
    }
    Ok(())
}

fn write(
    append: &Append,
    connection: &Connection,
    cache: &mut Cache,
    log: LogId,
) -> rusqlite::Result<Receipt> {
    let mut insert = connection.prepare_cached(include_str!("../sql/append/add_event.sql"))?;
    let recorded_at = Utc::now().trunc_subsecs(6);
    let mut written = Vec::with_capacity(append.events.len());
    let mut position = head(connection)?;
    let mut versions: HashMap<&StreamId, (i64, StreamVersion)> = HashMap::new();
    for event in &append.events {
        position = position.next();
        let (stream, version) = match versions.entry(&event.stream) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let id = cache.stream(connection, &event.stream)?;
                unknown.insert((id, version(connection, id)?))
            }
        };
        *version = version.next();
        insert.execute((
            position.get() as i64,
            *stream,
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
        written.push((&event.stream, *version, position));
    }
    Ok(Receipt::new(log, recorded_at, written))
}

fn head(connection: &Connection) -> rusqlite::Result<Position> {
    let head: i64 =
        connection.prepare_cached(include_str!("../sql/append/head.sql"))?.query_row([], |row| row.get(0))?;
    Ok(Position::new(head as u64))
}

fn version(connection: &Connection, stream: i64) -> rusqlite::Result<StreamVersion> {
    let mut find = connection.prepare_cached(include_str!("../sql/append/stream_version.sql"))?;
    let version: i64 = find.query_row([stream], |row| row.get(0))?;
    Ok(StreamVersion::new(version as u64))
}

fn add_tags(event: &NewEvent, position: Position, connection: &Connection) -> rusqlite::Result<()> {
    if event.tags.is_empty() {
        return Ok(());
    }
    let mut add = connection.prepare_cached(include_str!("../sql/append/add_tag.sql"))?;
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
