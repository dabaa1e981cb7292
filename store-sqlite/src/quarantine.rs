use crate::{SqliteStore, error::Context};
use async_trait::async_trait;
use chrono::DateTime;
use factum_core::{
    CheckpointKey, ConsumerName, EventType, LogId, Position, StoreError,
    quarantine::{Asked, Change, Failure, Lane, ListParked, Parked, QuarantineStore, Request},
};
use rusqlite::{Connection, Row};
use std::str::FromStr;

/// Makes these changes inside the open transaction.
pub(crate) fn change(
    connection: &Connection,
    key: &CheckpointKey,
    changes: &[Change],
) -> rusqlite::Result<()> {
    let (consumer, log) = (key.consumer.as_str(), key.log.0);
    for change in changes {
        match change {
            Change::Park { lane, position, stream, event_type, failure } => {
                let error = failure.as_ref().map(|failure| failure.error.as_str());
                let attempts = failure.as_ref().map_or(0, |failure| failure.attempts);
                connection.prepare_cached(include_str!("../sql/quarantine/park.sql"))?.execute((
                    consumer,
                    log,
                    lane.to_string(),
                    position.get() as i64,
                    key.partition,
                    stream.to_string(),
                    event_type.as_str(),
                    error,
                    attempts,
                ))?;
            }
            Change::Release { lane, position } => {
                let mut release = connection.prepare_cached(include_str!("../sql/quarantine/release.sql"))?;
                release.execute((consumer, log, lane.to_string(), position.get() as i64))?;
            }
            Change::ReleaseAll { lane } => {
                let release = include_str!("../sql/quarantine/release_all.sql");
                connection.prepare_cached(release)?.execute((consumer, log, lane.to_string()))?;
            }
            Change::Failed { lane, position, failure, answers } => {
                let mut failed = connection.prepare_cached(include_str!("../sql/quarantine/failed.sql"))?;
                let (lane, position) = (lane.to_string(), position.get() as i64);
                let answers = answers.map(number_of);
                failed.execute((consumer, log, lane, position, &failure.error, failure.attempts, answers))?;
            }
            _ => {}
        }
    }
    Ok(())
}

#[async_trait]
impl QuarantineStore for SqliteStore {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        let doing = "listing what is in quarantine";
        let read = move |connection: &Connection, _: &mut _| {
            let mut list = connection.prepare_cached(include_str!("../sql/quarantine/parked.sql"))?;
            let (lane, position) = request.after.clone().map_or_else(
                || (String::new(), 0),
                |(lane, position)| (lane.to_string(), position.get() as i64),
            );
            let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
            let rows = list.query_map(
                (
                    request.consumer.as_str(),
                    request.log.0,
                    request.partition,
                    request.lane.as_ref().map(Lane::to_string),
                    lane,
                    position,
                    request.heads,
                    limit,
                    request.events.map(|(first, _)| first.get() as i64),
                    request.events.map(|(_, last)| last.get() as i64),
                ),
                |row| parked(row, &request),
            )?;
            rows.collect()
        };
        self.inner.readers.read(|| doing.to_owned(), read).await
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        let doing = "listing who has something in quarantine";
        let read = move |connection: &Connection, _: &mut _| {
            let mut list = connection.prepare_cached(include_str!("../sql/quarantine/quarantines.sql"))?;
            list.query_map([], |row| Ok((text::<ConsumerName>(row, 0)?, LogId(row.get(1)?))))?.collect()
        };
        self.inner.readers.read(|| doing.to_owned(), read).await
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        let doing = "asking for something in quarantine";
        let (consumer, lane) = (consumer.clone(), lane.map(Lane::to_string));
        let work = move |connection: &Connection| {
            let mut ask =
                connection.prepare_cached(include_str!("../sql/quarantine/request.sql")).doing(doing)?;
            let first = first.map(|position| position.get() as i64);
            ask.execute((consumer.as_str(), log.0, lane, kind(request), first)).map(|n| n as u64).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        let doing = "reading what is requested in quarantine";
        let key = key.clone();
        let read = move |connection: &Connection, _: &mut _| {
            let mut list = connection.prepare_cached(include_str!("../sql/quarantine/requests.sql"))?;
            let rows = list.query_map((key.consumer.as_str(), key.log.0, key.partition), |row| {
                let position = Position::new(row.get::<_, i64>(1)? as u64);
                Ok((text(row, 0)?, position, asked(row.get(2)?)))
            })?;
            rows.collect()
        };
        self.inner.readers.read(|| doing.to_owned(), read).await
    }
}

fn parked(row: &Row<'_>, of: &ListParked) -> rusqlite::Result<Parked> {
    let key = CheckpointKey::new(of.consumer.clone(), of.log).partition(row.get(0)?);
    let position = Position::new(row.get::<_, i64>(2)? as u64);
    let event_type: EventType = text(row, 4)?;
    let mut parked = Parked::new(key, text(row, 1)?, position, text(row, 3)?, event_type);
    if let Some(error) = row.get::<_, Option<String>>(5)? {
        parked.failure = Some(Failure::new(error, row.get(6)?));
    }
    parked.parked_at = DateTime::from_timestamp_micros(row.get(7)?).unwrap_or_default();
    parked.request = row.get::<_, Option<i64>>(8)?.map(asked);
    Ok(parked)
}

/// Text that was checked when it was written.
pub(crate) fn text<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

const fn kind(request: Request) -> i64 {
    match request {
        Request::Skip => 1,
        _ => 0,
    }
}

/// What is kept of a request: which it is in the last bit, and its number before that.
const fn number_of(asked: Asked) -> i64 {
    (asked.number as i64) << 1 | kind(asked.request)
}

const fn asked(kept: i64) -> Asked {
    let request = if kept & 1 == 1 { Request::Skip } else { Request::Retry };
    Asked::new(request, (kept >> 1) as u16)
}
