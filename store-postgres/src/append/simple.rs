//! Appends to one stream each, where versions, ids and tags have to be checked: by one plain statement instead of the function
//! that can do everything, which takes the server several times as long.

use super::{
    Shared,
    batch::{expected, receipt},
    job::Outcome,
    prepared::{Place, Prepared},
    writer::Broken,
};
use crate::{
    database::Parameters,
    link::Link,
    names::Names,
    place::{place, stream_of, version_of},
    read::prefixes,
    row::Micros,
};
use factum_core::{Position, StoreError, StreamId, StreamVersion};
use foldhash::HashMap;
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

/// The statement for some appends.
pub(super) enum Simple {
    /// One event for the stream with this number.
    One(i32),
    /// One event with tags or a condition for the stream with this number, 0 if that is not known.
    Tagged(i32),
    /// The first events of a stream that is not there yet.
    First,
    /// Anything else: the numbers of the streams, one for each append, 0 for one whose number is not known.
    Several(Vec<i32>),
}

impl Simple {
    /// `None` if they are not simple.
    pub(super) fn of(appends: &[&Prepared], names: &Names) -> Option<Self> {
        let number = |append: &&Prepared| {
            let head = append.simple_head()?;
            Some(names.number(&head.stream).unwrap_or_default())
        };
        let numbers: Vec<i32> = appends.iter().map(number).collect::<Option<_>>()?;
        Some(match (&numbers[..], appends) {
            ([number], [only]) => match (number, only.events.len()) {
                (_, 1) if !only.locks.is_empty() => Self::Tagged(*number),
                (0, _) if only.locks.is_empty() && expected(only.heads[0].expected) == 0 => Self::First,
                (1.., 1) => Self::One(*number),
                _ => Self::Several(numbers),
            },
            _ => Self::Several(numbers),
        })
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
            Self::Tagged(number) => tagged(link, shared, appends[0], *number).await,
            Self::First => first(link, shared, appends[0]).await,
            Self::Several(numbers) => several(link, shared, appends, numbers).await,
        }
    }
}

fn unreadable(what: &'static str) -> Broken {
    Broken::Answer(StoreError::corrupt("appending", format!("the server's answer has {what}")))
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

async fn tagged(
    link: &mut Link,
    shared: &Shared,
    append: &Prepared,
    number: i32,
) -> Result<Vec<Option<Outcome>>, Broken> {
    let (event, place, stream) = (&append.append.events[0], &append.events[0], &append.heads[0].stream);
    let expected = expected(append.heads[0].expected);
    let payload: &[u8] = &event.payload;
    let Guards { locks, exclusive, item_append, item_tag, item_after } = Guards::of(std::iter::once(append));
    let Tags { tag, .. } = Tags::of(std::iter::once(append));
    let parameters: &Parameters<'_> = &[
        &number,
        &expected,
        &stream.category(),
        &stream.key(),
        &place.event_type,
        &event.id.0,
        &payload,
        &place.details,
        &locks,
        &exclusive,
        &item_append,
        &item_tag,
        &item_after,
        &tag,
    ];
    let rows = link.query(&shared.database.sql.append.tagged, parameters).await?;
    let Some(row) = rows.first() else { return Ok(vec![None]) };
    let outcome = written(shared, append, &rows)?;
    shared.names.remember_if_new(stream_of(row.try_get(1)?), stream);
    Ok(vec![Some(outcome)])
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
    let has_unknown = numbers.contains(&0);
    // As they are written, so that positions are drawn in the order in which their index and the table are filled.
    order.sort_unstable_by(|one, other| {
        let key = |nth: usize| {
            let name = (numbers[nth] == 0).then(|| (stream(nth).category(), stream(nth).key()));
            (name, numbers[nth])
        };
        key(*one).cmp(&key(*other))
    });
    let known: Vec<i32> = order.iter().map(|nth| numbers[*nth]).collect();
    let wanted: Vec<i64> = order.iter().map(|nth| expected(appends[*nth].heads[0].expected)).collect();
    let names = |part: fn(&StreamId) -> &str| {
        let name = |nth: &usize| (numbers[*nth] == 0).then(|| part(stream(*nth)));
        has_unknown.then(|| order.iter().map(name).collect::<Vec<_>>())
    };
    let (categories, keys) = (names(StreamId::category), names(StreamId::key));
    let in_order = || order.iter().map(|nth| appends[*nth]);
    let Columns { append, nth, types, ids, payloads, details, prefixes } = Columns::of(in_order());
    let Guards { locks, exclusive, item_append, item_tag, item_after } = Guards::of(in_order());
    let Tags { event, tag } = Tags::of(in_order());
    let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![
        &known,
        &wanted,
        &categories,
        &keys,
        &append,
        &nth,
        &types,
        &ids,
        &payloads,
        &details,
        &prefixes,
    ];
    let group = &shared.database.sql.group.several;
    let statement = if locks.is_none() {
        &group.plain
    } else {
        let guards: [&(dyn ToSql + Sync); 7] =
            [&locks, &exclusive, &item_append, &item_tag, &item_after, &event, &tag];
        parameters.extend(guards);
        &group.guarded
    };
    let rows = link.query(statement, &parameters).await?;
    let row = rows.first().ok_or_else(|| unreadable("no row"))?;
    let (positions, places): (Vec<i64>, Vec<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let (streams, versions): (Vec<i32>, Vec<i64>) = (row.try_get(2)?, row.try_get(3)?);
    let at = row.try_get::<_, Micros>(4)?.time().map_err(Broken::Answer)?;

    let written: HashMap<i64, i64> = places.into_iter().zip(positions).collect();
    let mut outcomes: Vec<Option<Outcome>> = appends.iter().map(|_| None).collect();
    for ((nth, number), version) in order.into_iter().zip(streams).zip(versions) {
        let append = appends[nth];
        let version = StreamVersion::new(version as u64);
        let position = |event: &Place| {
            let position = written.get(&place(number, version.get() + event.nth as u64))?;
            Some(Position::new(*position as u64))
        };
        // Those of an append are written together or not at all.
        if let Some(own) = append.events.iter().map(position).collect::<Option<Vec<_>>>() {
            outcomes[nth] = Some(Ok(receipt(shared.log, at, append, &[version], own.into_iter())));
            shared.names.remember_if_new(number, stream(nth));
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
    Ok(Ok(receipt(shared.log, at.time().map_err(Broken::Answer)?, append, &before, positions.into_iter())))
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

/// What has to be locked, and what must not have been written, as the statement wants it; `None` where there is nothing.
#[derive(Default)]
struct Guards<'a> {
    locks: Option<Vec<&'a str>>,
    exclusive: Option<Vec<bool>>,
    item_append: Option<Vec<i32>>,
    item_tag: Option<Vec<&'a str>>,
    item_after: Option<Vec<i64>>,
}

impl<'a> Guards<'a> {
    fn of(appends: impl Iterator<Item = &'a Prepared>) -> Self {
        let mut guards = Self::default();
        for (append, number) in appends.zip(1..) {
            for lock in &append.locks {
                guards.locks.get_or_insert_default().push(&lock.name);
                guards.exclusive.get_or_insert_default().push(lock.exclusive);
            }
            let Some(condition) = &append.append.condition else { continue };
            for tag in condition.fail_if_events_match.items().iter().filter_map(|item| item.tags.first()) {
                guards.item_append.get_or_insert_default().push(number);
                guards.item_tag.get_or_insert_default().push(tag.as_str());
                guards.item_after.get_or_insert_default().push(condition.after.get() as i64);
            }
        }
        guards
    }
}

/// The tags of some appends' events, each once, with the index of the event; `None` where there are none.
#[derive(Default)]
struct Tags<'a> {
    event: Option<Vec<i32>>,
    tag: Option<Vec<&'a str>>,
}

impl<'a> Tags<'a> {
    fn of(appends: impl Iterator<Item = &'a Prepared>) -> Self {
        let mut tags = Self::default();
        for (event, number) in appends.flat_map(|append| &append.append.events).zip(1..) {
            for (nth, tag) in event.tags.iter().enumerate() {
                if !event.tags[..nth].contains(tag) {
                    tags.event.get_or_insert_default().push(number);
                    tags.tag.get_or_insert_default().push(tag.as_str());
                }
            }
        }
        tags
    }
}
