//! Appends to one stream each, where versions, ids and tags have to be checked: by one plain statement instead of the function
//! that can do everything, which takes the server several times as long.

mod columns;
mod next;
mod next_or_first;
mod several;

use super::{
    Shared,
    batch::{expected, receipt},
    job::Outcome,
    prepared::Prepared,
    writer::Broken,
};
use crate::{
    database::Parameters,
    link::Link,
    names::{Known, Names, Seen},
    place::{stream_of, version_of},
    row::Micros,
};
use columns::{Columns, Guards, Tags};
use factum_core::{Position, StoreError, StreamVersion};
use next::Next;
use std::{cmp::Ordering, sync::Arc};
use tokio_postgres::{Error, Row};

/// The statement for some appends.
pub(super) enum Simple {
    /// One event, the next of its stream.
    Next(Next),
    /// One event for the stream with this number.
    One(i32),
    /// One event with tags or a condition for the stream with this number, 0 if that is not known.
    Tagged(i32),
    /// The first events of a stream that is not there yet.
    First,
    /// Where the appends stand, each of which is next or late.
    NextOfSeveral(Vec<Standing>),
    /// Where the appends stand, each of which is next, first or late.
    NextOrFirst(Vec<Standing>),
    /// Anything else: the numbers of the streams, one for each append, 0 for one whose number is not known.
    Several(Vec<i32>),
}

/// Where an append without tags and conditions stands, by what is known of its stream.
pub(in crate::append) enum Standing {
    /// It expects the last version that is known.
    Next(Next),
    /// It expects that there is no stream, and none is known.
    First,
    /// It expects an earlier version than the last that is known.
    Late,
    /// The number of the stream, 0 if that is not known.
    Unknown(i32),
}

impl Standing {
    fn of(append: &Prepared, known: Option<&Arc<Known>>) -> Self {
        let expected = u64::try_from(expected(append.heads[0].expected));
        let Some(known) = known else {
            return if expected == Ok(0) { Self::First } else { Self::Unknown(0) };
        };
        let number = known.number();
        let Ok(expected) = expected else { return Self::Unknown(number) };
        match expected.cmp(&known.version().get()) {
            Ordering::Less => Self::Late,
            Ordering::Equal => Next::of(known, expected).map_or(Self::Unknown(number), Self::Next),
            Ordering::Greater => Self::Unknown(number),
        }
    }
}

impl Simple {
    /// `None` if they are not simple.
    pub(super) fn of(appends: &[&Prepared], names: &Names) -> Option<Self> {
        let known = |append: &&Prepared| Some(names.known(&append.simple_head()?.stream));
        let known: Vec<Option<Arc<Known>>> = appends.iter().map(known).collect::<Option<_>>()?;
        if let [only] = appends {
            return Self::of_one(only, known[0].as_ref());
        }
        let numbers = || {
            let number = |known: &Option<Arc<Known>>| known.as_ref().map_or(0, |known| known.number());
            Some(Self::Several(known.iter().map(number).collect()))
        };
        if appends.iter().any(|append| !append.locks.is_empty()) {
            return numbers();
        }
        let standing =
            |(append, known): (&&Prepared, &Option<Arc<Known>>)| Standing::of(append, known.as_ref());
        let all: Vec<Standing> = appends.iter().zip(&known).map(standing).collect();
        if all.iter().any(|standing| matches!(standing, Standing::Unknown(_))) {
            numbers()
        } else if all.iter().any(|standing| matches!(standing, Standing::First)) {
            Some(Self::NextOrFirst(all))
        } else if all.iter().any(|standing| matches!(standing, Standing::Next(_))) {
            Some(Self::NextOfSeveral(all))
        } else {
            // All of them are refused, and the function says why.
            None
        }
    }

    fn of_one(append: &Prepared, known: Option<&Arc<Known>>) -> Option<Self> {
        let is_one = append.events.len() == 1;
        if !append.locks.is_empty() {
            let number = known.map_or(0, |known| known.number());
            return Some(if is_one { Self::Tagged(number) } else { Self::Several(vec![number]) });
        }
        match Standing::of(append, known) {
            Standing::Next(next) if is_one => Some(Self::Next(next)),
            next @ Standing::Next(_) => Some(Self::NextOfSeveral(vec![next])),
            Standing::First => Some(Self::First),
            Standing::Late => None,
            Standing::Unknown(number @ 1..) if is_one => Some(Self::One(number)),
            Standing::Unknown(number) => Some(Self::Several(vec![number])),
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
            Self::Next(next) => next::one(link, shared, appends[0], next).await,
            Self::NextOfSeveral(all) => next::several(link, shared, appends, all).await,
            Self::NextOrFirst(all) => next_or_first::append(link, shared, appends, all).await,
            Self::One(number) => one(link, shared, appends[0], *number).await,
            Self::Tagged(number) => tagged(link, shared, appends[0], *number).await,
            Self::First => first(link, shared, appends[0]).await,
            Self::Several(numbers) => several::several(link, shared, appends, numbers).await,
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
    let seen = shared.names.seen();
    let rows = link.query(&shared.database.sql.append.one, parameters).await?;
    if rows.is_empty() {
        return Ok(vec![None]);
    }
    let outcome = written(shared, append, &rows)?;
    see(&seen, number, append, &outcome);
    Ok(vec![Some(outcome)])
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
    let seen = shared.names.seen();
    let rows = link.query(&shared.database.sql.append.tagged, parameters).await?;
    let Some(row) = rows.first() else { return Ok(vec![None]) };
    let outcome = written(shared, append, &rows)?;
    see(&seen, stream_of(row.try_get(1)?), append, &outcome);
    Ok(vec![Some(outcome)])
}

async fn first(link: &mut Link, shared: &Shared, append: &Prepared) -> Result<Vec<Option<Outcome>>, Broken> {
    let stream = &append.heads[0].stream;
    let Columns { types, ids, payloads, details, prefixes, .. } = Columns::of(std::iter::once(append));
    let parameters: &Parameters<'_> =
        &[&stream.category(), &stream.key(), &types, &ids, &payloads, &details, &prefixes];
    let seen = shared.names.seen();
    let rows = link.query(&shared.database.sql.append.first, parameters).await?;
    let Some(row) = rows.first() else { return Ok(vec![None]) };
    let outcome = written(shared, append, &rows)?;
    see(&seen, stream_of(row.try_get(1)?), append, &outcome);
    Ok(vec![Some(outcome)])
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

/// Remembers what has been appended.
fn see(seen: &Seen<'_>, number: i32, append: &Prepared, outcome: &Outcome) {
    let stream = &append.heads[0].stream;
    if let Some(version) = outcome.as_ref().ok().and_then(|receipt| receipt.version_of(stream)) {
        seen.stream(number, stream, version);
    }
}
