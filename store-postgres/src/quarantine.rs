use crate::{PgStore, row::Micros, sql::Statement};
use async_trait::async_trait;
use factum_core::{
    CheckpointKey, ConsumerName, EventType, LogId, Position, StoreError,
    quarantine::{Asked, Change, Failure, Lane, ListParked, Parked, QuarantineStore, Request},
};
use sqlx::PgConnection;
use std::str::FromStr;
use tokio_postgres::Row;

/// Makes these changes inside the caller's transaction.
pub(crate) async fn change(
    store: &PgStore,
    transaction: &mut PgConnection,
    key: &CheckpointKey,
    changes: &[Change],
) -> sqlx::Result<()> {
    let sql = &store.inner.database.sql.quarantine;
    let query = |statement: &Statement| {
        sqlx::query(sqlx::AssertSqlSafe(statement.text.clone()))
            .persistent(store.inner.persistent)
            .bind(key.consumer.as_str().to_owned())
            .bind(key.log.0)
    };
    // What follows each other and is alike is sent as one.
    for alike in changes.chunk_by(|a, b| std::mem::discriminant(a) == std::mem::discriminant(b)) {
        match alike.first() {
            Some(Change::Park { .. }) => {
                let parks = Parks::of(alike);
                query(&sql.park)
                    .bind(i32::from(key.partition))
                    .bind(parks.lanes)
                    .bind(parks.positions)
                    .bind(parks.streams)
                    .bind(parks.types)
                    .bind(parks.errors)
                    .bind(parks.attempts)
                    .execute(&mut *transaction)
                    .await?;
            }
            Some(Change::Release { .. }) => {
                let released = alike.iter().filter_map(|change| match change {
                    Change::Release { lane, position } => Some((lane.to_string(), position.get() as i64)),
                    _ => None,
                });
                let (lanes, positions): (Vec<_>, Vec<_>) = released.unzip();
                query(&sql.release).bind(lanes).bind(positions).execute(&mut *transaction).await?;
            }
            Some(Change::ReleaseAll { .. }) => {
                for change in alike {
                    let Change::ReleaseAll { lane } = change else { continue };
                    query(&sql.release_all).bind(lane.to_string()).execute(&mut *transaction).await?;
                }
            }
            _ => {
                for change in alike {
                    let Change::Failed { lane, position, failure, answers } = change else { continue };
                    query(&sql.failed)
                        .bind(lane.to_string())
                        .bind(position.get() as i64)
                        .bind(error(failure))
                        .bind(i64::from(failure.attempts))
                        .bind(answers.map(number_of))
                        .execute(&mut *transaction)
                        .await?;
                }
            }
        }
    }
    Ok(())
}

/// The server has no text with NUL.
fn error(failure: &Failure) -> String {
    failure.error.replace('\0', "\u{fffd}")
}

/// Events to be parked, as parallel arrays.
#[derive(Default)]
struct Parks {
    lanes: Vec<String>,
    positions: Vec<i64>,
    streams: Vec<String>,
    types: Vec<String>,
    errors: Vec<Option<String>>,
    attempts: Vec<i64>,
}

impl Parks {
    fn of(changes: &[Change]) -> Self {
        let mut parks = Self::default();
        for change in changes {
            if let Change::Park { lane, position, stream, event_type, failure } = change {
                parks.lanes.push(lane.to_string());
                parks.positions.push(position.get() as i64);
                parks.streams.push(stream.to_string());
                parks.types.push(event_type.to_string());
                parks.errors.push(failure.as_ref().map(error));
                parks.attempts.push(failure.as_ref().map_or(0, |failure| i64::from(failure.attempts)));
            }
        }
        parks
    }
}

#[async_trait]
impl QuarantineStore for PgStore {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        let doing = "listing what is in quarantine";
        let database = &self.inner.database;
        let (lane, position) = request
            .after
            .as_ref()
            .map_or_else(|| (String::new(), 0), |(lane, position)| (lane.to_string(), position.get() as i64));
        let partition = request.partition.map(i32::from);
        let only = request.lane.as_ref().map(Lane::to_string);
        let [first, last] = [request.events.map(|(first, _)| first), request.events.map(|(_, last)| last)]
            .map(|position| position.map(|position| position.get() as i64));
        let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
        let consumer = request.consumer.as_str();
        let parameters: &crate::database::Parameters<'_> = &[
            &consumer,
            &request.log.0,
            &partition,
            &only,
            &lane,
            &position,
            &request.heads,
            &limit,
            &first,
            &last,
        ];
        let rows = database.query(doing, &database.sql.quarantine.parked, parameters).await?;
        rows.iter().map(|row| parked(row, &request).map_err(|e| StoreError::corrupt(doing, e))).collect()
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        let doing = "listing who has something in quarantine";
        let database = &self.inner.database;
        let rows = database.query(doing, &database.sql.quarantine.quarantines, &[]).await?;
        let place = |row: &Row| Ok((text::<ConsumerName>(row, 0)?, LogId(row.get(1))));
        rows.iter().map(|row| place(row).map_err(|e: Unreadable| StoreError::corrupt(doing, e))).collect()
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        let database = &self.inner.database;
        let (consumer, lane, request) = (consumer.as_str(), lane.map(Lane::to_string), kind(request));
        let first = first.map(|position| position.get() as i64);
        let ask = &database.sql.quarantine.request;
        let doing = "asking for something in quarantine";
        database.execute(doing, ask, &[&consumer, &log.0, &lane, &request, &first]).await
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        let doing = "reading what is requested in quarantine";
        let database = &self.inner.database;
        let (consumer, partition) = (key.consumer.as_str(), i32::from(key.partition));
        let requests = &database.sql.quarantine.requests;
        let rows = database.query(doing, requests, &[&consumer, &key.log.0, &partition]).await?;
        let read = |row: &Row| Ok((text(row, 0)?, position(row, 1), asked(row.get(2))));
        rows.iter().map(|row| read(row).map_err(|e: Unreadable| StoreError::corrupt(doing, e))).collect()
    }
}

pub(crate) type Unreadable = Box<dyn std::error::Error + Send + Sync>;

fn parked(row: &Row, of: &ListParked) -> Result<Parked, Unreadable> {
    let partition = u16::try_from(row.get::<_, i32>(0))?;
    let key = CheckpointKey::new(of.consumer.clone(), of.log).partition(partition);
    let event_type: EventType = text(row, 4)?;
    let mut parked = Parked::new(key, text(row, 1)?, position(row, 2), text(row, 3)?, event_type);
    if let Some(error) = row.get::<_, Option<String>>(5) {
        parked.failure = Some(Failure::new(error, u32::try_from(row.get::<_, i64>(6))?));
    }
    parked.parked_at = row.get::<_, Micros>(7).time()?;
    parked.request = row.get::<_, Option<i16>>(8).map(asked);
    Ok(parked)
}

fn position(row: &Row, column: usize) -> Position {
    Position::new(row.get::<_, i64>(column) as u64)
}

/// Text that was checked when it was written.
pub(crate) fn text<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row,
    column: usize,
) -> Result<T, Unreadable> {
    Ok(row.get::<_, &str>(column).parse()?)
}

const fn kind(request: Request) -> i16 {
    match request {
        Request::Skip => 1,
        _ => 0,
    }
}

/// What is kept of a request: which it is in the last bit, and its number before that.
const fn number_of(asked: Asked) -> i16 {
    (asked.number << 1) as i16 | kind(asked.request)
}

const fn asked(kept: i16) -> Asked {
    let request = if kept & 1 == 1 { Request::Skip } else { Request::Retry };
    Asked::new(request, (kept >> 1) as u16)
}
