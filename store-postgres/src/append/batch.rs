use super::{
    inline::{Appended, Inlining},
    prepared::{Prepared, conditions},
};
use crate::{names::Names, read::prefixes, row::Micros};
use factum_core::{
    AppendError, Conflict, EventId, ExpectedVersion, LogId, Position, Receipt, StoreError, StreamVersion,
    Timestamp,
};
use sqlx::{PgConnection, Row as _};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

/// The parameters of `factum.append` for some appends.
pub(super) struct Batch<'a> {
    alone: bool,
    locks: Option<Vec<&'a str>>,
    exclusive: Option<Vec<bool>>,
    head_append: Vec<i32>,
    head_stream: Vec<i32>,
    head_category: Option<Vec<&'a str>>,
    head_key: Option<Vec<&'a str>>,
    head_expected: Vec<i64>,
    event_head: Vec<i32>,
    event_nth: Vec<i32>,
    event_type: Option<Vec<i16>>,
    event_id: Vec<Uuid>,
    event_payload: Option<Vec<&'a [u8]>>,
    event_details: Option<Vec<Option<&'a str>>>,
    prefixes: Vec<Vec<u8>>,
    tag_event: Option<Vec<i32>>,
    tag: Option<Vec<&'a str>>,
    conditions: Option<String>,
    patience: Option<String>,
}

impl<'a> Batch<'a> {
    /// With `copied`, only places are reserved for the events, which are copied into the table afterwards. Without `names`, over a
    /// connection of which nobody knows when it was made, and so what its server knows of streams.
    pub(super) fn new(
        appends: &[&'a Prepared],
        names: Option<&Names>,
        copied: bool,
        patience: Option<String>,
    ) -> Result<Self, StoreError> {
        let heads: usize = appends.iter().map(|append| append.heads.len()).sum();
        let events: usize = appends.iter().map(|append| append.events.len()).sum();
        let mut batch = Self {
            alone: appends.iter().any(|append| append.alone),
            locks: None,
            exclusive: None,
            head_append: Vec::with_capacity(heads),
            head_stream: Vec::with_capacity(heads),
            head_category: None,
            head_key: None,
            head_expected: Vec::with_capacity(heads),
            event_head: Vec::with_capacity(events),
            event_nth: Vec::with_capacity(events),
            event_type: (!copied).then(|| Vec::with_capacity(events)),
            event_id: Vec::with_capacity(events),
            event_payload: (!copied).then(|| Vec::with_capacity(events)),
            event_details: None,
            prefixes: prefixes(
                appends.iter().flat_map(|append| append.append.events.iter().map(|event| event.id)),
            ),
            tag_event: None,
            tag: None,
            conditions: conditions(appends)?,
            patience,
        };
        for (append, number) in appends.iter().zip(1..) {
            batch.add(append, number, names, copied);
        }
        if batch.head_stream.contains(&0) {
            let heads = || appends.iter().flat_map(|append| &append.heads);
            batch.head_category = Some(heads().map(|head| head.stream.category()).collect());
            batch.head_key = Some(heads().map(|head| head.stream.key()).collect());
        }
        if !copied && appends.iter().any(|append| append.events.iter().any(|event| event.details.is_some())) {
            let events = appends.iter().flat_map(|append| &append.events);
            batch.event_details = Some(events.map(|event| event.details.as_deref()).collect());
        }
        Ok(batch)
    }

    fn add(&mut self, append: &'a Prepared, number: i32, names: Option<&Names>, copied: bool) {
        for lock in &append.locks {
            self.locks.get_or_insert_default().push(&lock.name);
            self.exclusive.get_or_insert_default().push(lock.exclusive);
        }
        let first = self.head_append.len();
        for head in &append.heads {
            self.head_append.push(number);
            self.head_stream.push(names.and_then(|names| names.number(&head.stream)).unwrap_or_default());
            self.head_expected.push(expected(head.expected));
        }
        for (event, place) in append.append.events.iter().zip(&append.events) {
            self.event_head.push((first + place.head + 1) as i32);
            self.event_nth.push(place.nth);
            self.event_id.push(event.id.0);
            if let Some(types) = &mut self.event_type {
                types.push(place.event_type);
            }
            if let Some(payloads) = &mut self.event_payload {
                payloads.push(&event.payload);
            }
            if !copied && !event.tags.is_empty() {
                let number = self.event_head.len() as i32;
                for tag in &event.tags {
                    self.tag_event.get_or_insert_default().push(number);
                    self.tag.get_or_insert_default().push(tag.as_str());
                }
            }
        }
    }

    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 19] {
        [
            &self.alone,
            &self.locks,
            &self.exclusive,
            &self.head_append,
            &self.head_stream,
            &self.head_category,
            &self.head_key,
            &self.head_expected,
            &self.event_head,
            &self.event_nth,
            &self.event_type,
            &self.event_id,
            &self.event_payload,
            &self.event_details,
            &self.prefixes,
            &self.tag_event,
            &self.tag,
            &self.conditions,
            &self.patience,
        ]
    }

    /// The same for the other driver, which keeps what it is given.
    fn bind_to<'q>(
        self,
        query: sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments> {
        let texts = |texts: Option<Vec<&str>>| {
            texts.map(|texts| texts.into_iter().map(str::to_owned).collect::<Vec<String>>())
        };
        let details = self.event_details.map(|details| {
            details.into_iter().map(|details| details.map(str::to_owned)).collect::<Vec<Option<String>>>()
        });
        let payloads = self
            .event_payload
            .map(|payloads| payloads.into_iter().map(<[u8]>::to_vec).collect::<Vec<Vec<u8>>>());
        query
            .bind(self.alone)
            .bind(texts(self.locks))
            .bind(self.exclusive)
            .bind(self.head_append)
            .bind(self.head_stream)
            .bind(texts(self.head_category))
            .bind(texts(self.head_key))
            .bind(self.head_expected)
            .bind(self.event_head)
            .bind(self.event_nth)
            .bind(self.event_type)
            .bind(self.event_id)
            .bind(payloads)
            .bind(details)
            .bind(self.prefixes)
            .bind(self.tag_event)
            .bind(texts(self.tag))
            .bind(self.conditions)
            .bind(self.patience)
    }
}

impl Batch<'_> {
    /// Calls the function in a transaction of the other driver.
    pub(super) async fn call(
        self,
        transaction: &mut PgConnection,
        inlining: &Inlining,
    ) -> Result<Found, sqlx::Error> {
        let call = inlining.statement(&inlining.database.sql.append.batch);
        let row = self.bind_to(call).fetch_one(transaction).await?;
        Ok(Found {
            versions: row.try_get(0)?,
            streams: row.try_get(1)?,
            duplicates: row.try_get::<Option<_>, _>(2)?.unwrap_or_default(),
            conflicts: row.try_get::<Option<_>, _>(3)?.unwrap_or_default(),
            positions: row.try_get::<Option<_>, _>(4)?.unwrap_or_default(),
            at: row
                .try_get::<sqlx::types::chrono::DateTime<chrono::Utc>, _>(5)
                .map(|at| Micros(at.timestamp_micros()))?,
        })
    }
}

pub(super) fn expected(expected: ExpectedVersion) -> i64 {
    match expected {
        ExpectedVersion::NoStream => 0,
        ExpectedVersion::StreamExists => -2,
        // A number that no store keeps is met by no stream.
        ExpectedVersion::Exact(version) => i64::try_from(version.get()).unwrap_or(i64::MAX),
        _ => -1,
    }
}

/// What `factum.append` has found and done.
pub(super) struct Found {
    pub(super) versions: Vec<i64>,
    pub(super) streams: Vec<i32>,
    pub(super) duplicates: Vec<Uuid>,
    pub(super) conflicts: Vec<i64>,
    pub(super) positions: Vec<i64>,
    pub(super) at: Micros,
}

impl Found {
    pub(super) fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            versions: row.try_get(0)?,
            streams: row.try_get(1)?,
            duplicates: row.try_get::<_, Option<_>>(2)?.unwrap_or_default(),
            conflicts: row.try_get::<_, Option<_>>(3)?.unwrap_or_default(),
            positions: row.try_get::<_, Option<_>>(4)?.unwrap_or_default(),
            at: row.try_get(5)?,
        })
    }

    /// The outcome of each append, by the rules by which the function has chosen what to write.
    pub(super) fn outcomes(&self, log: LogId, appends: &[&Prepared]) -> Vec<Result<Receipt, AppendError>> {
        let at = match self.at.time() {
            Ok(at) => at,
            Err(_) => factum_core::store::now(),
        };
        let mut versions = self.versions.iter();
        let mut positions = self.positions.iter();
        let outcome = |(append, number): (&&Prepared, usize)| {
            let heads: Vec<_> =
                versions.by_ref().take(append.heads.len()).map(|v| StreamVersion::new(*v as u64)).collect();
            if let Some(refusal) = self.refusal(append, number, &heads) {
                return Err(refusal);
            }
            let written = positions.by_ref().take(append.events.len()).map(|p| Position::new(*p as u64));
            Ok(receipt(log, at, append, &heads, written))
        };
        appends.iter().zip(0..).map(outcome).collect()
    }

    /// The appends that were written, with the positions of their events.
    pub(super) fn appended<'a>(
        &'a self,
        appends: &[&'a Prepared],
        outcomes: &'a [Result<Receipt, AppendError>],
    ) -> Vec<Appended<'a>> {
        let mut positions = &self.positions[..];
        let written = |(append, outcome): (&&'a Prepared, &'a Result<Receipt, AppendError>)| {
            let receipt = outcome.as_ref().ok()?;
            let (own, others) = positions.split_at(append.events.len());
            positions = others;
            Some((&append.append, receipt, own))
        };
        appends.iter().zip(outcomes).filter_map(written).collect()
    }

    fn refusal(&self, append: &Prepared, number: usize, heads: &[StreamVersion]) -> Option<AppendError> {
        for (head, actual) in append.heads.iter().zip(heads) {
            if !head.expected.is_met_by(*actual) {
                return Some(Conflict::version(head.stream.clone(), head.expected, *actual).into());
            }
        }
        if let (Some(condition), Some(position @ 1..)) =
            (&append.append.condition, self.conflicts.get(number))
        {
            return Some(Conflict::condition(condition.after, Position::new(*position as u64)).into());
        }
        let is_there = |id: &EventId| self.duplicates.contains(&id.0);
        let twice = append.append.events.iter().map(|event| event.id).find(is_there)?;
        Some(AppendError::DuplicateEvent(twice))
    }
}

pub(super) fn receipt(
    log: LogId,
    at: Timestamp,
    append: &Prepared,
    heads: &[StreamVersion],
    positions: impl Iterator<Item = Position>,
) -> Receipt {
    let places = append.events.iter().zip(positions).map(|(place, position)| {
        let version = StreamVersion::new(heads[place.head].get() + place.nth as u64);
        (&append.heads[place.head].stream, version, position)
    });
    Receipt::new(log, at, places)
}
