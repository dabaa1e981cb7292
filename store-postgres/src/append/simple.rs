//! Appends that need no more than versions and ids to be checked: each by one plain statement instead of the function that can do
//! everything, which takes the server several times as long.

use super::{
    Shared,
    batch::{expected, receipt},
    job::Outcome,
    prepared::{Head, Prepared},
    writer::Broken,
};
use crate::{
    database::Parameters,
    link::Link,
    names::Names,
    place::{stream_of, version_of},
    read::prefixes,
    row::Micros,
};
use factum_core::{Position, StreamId, StreamVersion};
use tokio_postgres::{Error, Row};
use uuid::Uuid;

/// The statement for some appends.
pub(super) enum Simple {
    /// One event for the stream with this number.
    One(i32),
    /// The first events of a stream that is not there yet.
    First,
    /// Events for several streams: their numbers, one for each append, 0 for a stream that is not there yet.
    Several(Vec<i32>),
}

impl Simple {
    /// `None` if they are not simple, or there is a stream that may be there and whose number is not known.
    pub(super) fn of(appends: &[&Prepared], names: &Names) -> Option<Self> {
        let number = |append: &&Prepared| {
            let [Head { stream, expected: wanted }] = &append.heads[..] else { return None };
            match names.number(stream) {
                _ if !append.is_simple() => None,
                None if expected(*wanted) == 0 => Some(0),
                known => known,
            }
        };
        let numbers: Vec<i32> = appends.iter().map(number).collect::<Option<_>>()?;
        match (&numbers[..], appends) {
            ([0], _) => Some(Self::First),
            ([known], [only]) if only.events.len() == 1 => Some(Self::One(*known)),
            _ => Some(Self::Several(numbers)),
        }
    }

    /// The outcomes; `None` for what is refused, without saying why.
    pub(super) async fn run(
        &self,
        link: &mut Link,
        shared: &Shared,
        appends: &[&Prepared],
    ) -> Result<Vec<Option<Outcome>>, Broken> {
        match self {
            Self::One(number) => one(link, shared, appends[0], *number).await,
            Self::First => first(link, shared, appends[0]).await,
            Self::Several(numbers) => several(link, shared, appends, numbers).await,
        }
    }
}

async fn one(
    link: &mut Link,
    shared: &Shared,
    append: &Prepared,
    number: i32,
) -> Result<Vec<Option<Outcome>>, Broken> {
    let (event, place) = (&append.append.events[0], &append.events[0]);
    let expected = expected(append.heads[0].expected);
    let payload: &[u8] = &event.payload;
    let parameters: &Parameters<'_> =
        &[&number, &expected, &place.event_type, &event.id.0, &payload, &place.details];
    let rows = link.query(&shared.database.sql.append.one, parameters).await?;
    Ok(vec![if rows.is_empty() { None } else { Some(written(shared, append, &rows)?) }])
}

async fn first(link: &mut Link, shared: &Shared, append: &Prepared) -> Result<Vec<Option<Outcome>>, Broken> {
    let stream = &append.heads[0].stream;
    let Columns { types, ids, payloads, details, prefixes, .. } = Columns::of(std::iter::once(append));
    let parameters: &Parameters<'_> =
        &[&stream.category(), &stream.key(), &types, &ids, &payloads, &details, &prefixes];
    let rows = link.query(&shared.database.sql.append.first, parameters).await?;
    let Some(row) = rows.first() else { return Ok(vec![None]) };
    let outcome = written(shared, append, &rows)?;
    shared.names.remember(stream_of(row.try_get(1)?), stream);
    Ok(vec![Some(outcome)])
}

async fn several(
    link: &mut Link,
    shared: &Shared,
    appends: &[&Prepared],
    numbers: &[i32],
) -> Result<Vec<Option<Outcome>>, Broken> {
    let stream = |nth: usize| &appends[nth].heads[0].stream;
    let mut order: Vec<usize> = (0..appends.len()).collect();
    order.sort_unstable_by(|one, other| {
        // As the function does it, with which others may make the same streams.
        let name = |nth: usize| (stream(nth).category(), stream(nth).key());
        let by_name = || name(*one).cmp(&name(*other));
        numbers[*one].cmp(&numbers[*other]).then_with(by_name)
    });
    let known: Vec<i32> = order.iter().map(|nth| numbers[*nth]).collect();
    let wanted: Vec<i64> = order.iter().map(|nth| expected(appends[*nth].heads[0].expected)).collect();
    let new = |name: fn(&StreamId) -> &str| {
        let name = |nth: &usize| (numbers[*nth] == 0).then(|| name(stream(*nth)));
        numbers.contains(&0).then(|| order.iter().map(name).collect::<Vec<_>>())
    };
    let (categories, keys) = (new(StreamId::category), new(StreamId::key));
    let Columns { append, nth, types, ids, payloads, details, prefixes } =
        Columns::of(order.iter().map(|nth| appends[*nth]));
    let parameters: &Parameters<'_> =
        &[&known, &wanted, &append, &nth, &types, &ids, &payloads, &details, &prefixes, &categories, &keys];
    let rows = link.query(&shared.database.sql.append.several, parameters).await?;

    // They come in the order in which they were written, without those that were not.
    let mut rows = &rows[..];
    let mut outcomes: Vec<Option<Outcome>> = appends.iter().map(|_| None).collect();
    for nth in order {
        let append = appends[nth];
        if let Some(row) = rows.first()
            && row.try_get::<_, Uuid>(3)? == append.append.events[0].id.0
            && let Some((own, others)) = rows.split_at_checked(append.events.len())
        {
            outcomes[nth] = Some(written(shared, append, own)?);
            if numbers[nth] == 0 {
                shared.names.remember(stream_of(row.try_get(1)?), stream(nth));
            }
            rows = others;
        }
    }
    Ok(outcomes)
}

/// The outcome of an append, from the rows of its events.
fn written(shared: &Shared, append: &Prepared, rows: &[Row]) -> Result<Outcome, Broken> {
    let first = &rows[0];
    let at: Micros = first.try_get(2)?;
    let before = [StreamVersion::new(version_of(first.try_get(1)?).get().saturating_sub(1))];
    let position = |row: &Row| Ok(Position::new(row.try_get::<_, i64>(0)? as u64));
    let positions = rows.iter().map(position).collect::<Result<Vec<_>, Error>>()?;
    Ok(Ok(receipt(shared.log, at.time()?, append, &before, positions.into_iter())))
}

/// The events of some appends, as the statements want them.
struct Columns<'a> {
    append: Vec<i32>,
    nth: Vec<i32>,
    types: Vec<i16>,
    ids: Vec<Uuid>,
    payloads: Vec<&'a [u8]>,
    details: Option<Vec<Option<&'a str>>>,
    prefixes: Vec<Vec<u8>>,
}

impl<'a> Columns<'a> {
    fn of(appends: impl Iterator<Item = &'a Prepared> + Clone) -> Self {
        let events = appends.clone().zip(1..).flat_map(|(append, number)| {
            append.append.events.iter().zip(&append.events).map(move |(event, place)| (number, event, place))
        });
        let count = appends.map(|append| append.events.len()).sum();
        let mut columns = Self {
            append: Vec::with_capacity(count),
            nth: Vec::with_capacity(count),
            types: Vec::with_capacity(count),
            ids: Vec::with_capacity(count),
            payloads: Vec::with_capacity(count),
            details: None,
            prefixes: prefixes(events.clone().map(|(_, event, _)| event.id)),
        };
        for (number, event, place) in events.clone() {
            columns.append.push(number);
            columns.nth.push(place.nth);
            columns.types.push(place.event_type);
            columns.ids.push(event.id.0);
            columns.payloads.push(&event.payload);
        }
        if events.clone().any(|(_, _, place)| place.details.is_some()) {
            columns.details = Some(events.map(|(_, _, place)| place.details.as_deref()).collect());
        }
        columns
    }
}
