//! Appends of the next events of streams whose last versions are known, beside those that begin a stream.

use super::{Broken, Columns, Link, Outcome, Prepared, Shared, Standing, next::Next, see, unreadable};
use crate::{append::batch::receipt, database::Parameters, place::place, row::Micros};
use factum_core::{Position, StreamId, StreamVersion};

/// An append, and what it goes on from, if that is not the beginning.
struct Step<'a> {
    nth: usize,
    append: &'a Prepared,
    next: Option<&'a Next>,
}

impl<'a> Step<'a> {
    fn stream(&self) -> &'a StreamId {
        &self.append.heads[0].stream
    }

    /// The place of its first event, 0 if that has none yet.
    fn first(&self) -> i64 {
        self.next.map_or(0, Next::first)
    }

    /// By which it comes: as it is written, so that positions are drawn in the order in which their index and the table are filled.
    fn order(&self) -> (i64, Option<(&'a str, &'a str)>) {
        match self.next {
            Some(next) => (next.first(), None),
            None => (i64::MAX, Some((self.stream().category(), self.stream().key()))),
        }
    }
}

/// Each of `all` is the next of its stream, the first, or late.
pub(super) async fn append(
    link: &mut Link,
    shared: &Shared,
    appends: &[&Prepared],
    all: &[Standing],
) -> Result<Vec<Option<Outcome>>, Broken> {
    let steps = all.iter().zip(appends).enumerate().filter_map(|(nth, (standing, append))| {
        let next = match standing {
            Standing::Next(next) => Some(next),
            Standing::First => None,
            Standing::Late | Standing::Unknown(_) => return None,
        };
        Some(Step { nth, append, next })
    });
    let mut steps: Vec<Step<'_>> = steps.collect();
    steps.sort_unstable_by(|one, other| one.order().cmp(&other.order()));

    let Columns { nth, types, ids, payloads, details, prefixes, .. } =
        Columns::of(steps.iter().map(|step| step.append));
    let new: Vec<&StreamId> = steps.iter().filter(|step| step.next.is_none()).map(Step::stream).collect();
    let categories: Vec<&str> = new.iter().map(|stream| stream.category()).collect();
    let keys: Vec<&str> = new.iter().map(|stream| stream.key()).collect();
    let (mut places, mut firsts, mut streams) = (Vec::new(), Vec::new(), Vec::new());
    let mut made = 0_i64;
    for step in &steps {
        let first = step.first();
        let stream = step.next.is_none().then(|| {
            made += 1;
            made
        });
        for _ in &step.append.events {
            let nth = i64::from(nth[places.len()]);
            places.push(if stream.is_some() { nth } else { first + nth - 1 });
            firsts.push(first);
            streams.push(stream);
        }
    }
    let parameters: &Parameters<'_> =
        &[&places, &firsts, &types, &ids, &payloads, &details, &prefixes, &categories, &keys, &streams];
    let seen = shared.names.seen();
    let rows = link.query(&shared.database.sql.append.next_or_first, parameters).await?;
    let row = rows.first().ok_or_else(|| unreadable("no row"))?;
    let written = row.try_get::<_, Vec<i64>>(1)?.into_iter().zip(row.try_get::<_, Vec<i64>>(0)?);
    let made = row.try_get::<_, Vec<i64>>(3)?.into_iter().zip(row.try_get::<_, Vec<i32>>(4)?);

    // What is written comes in the order that was asked for, all of an append or nothing of it.
    let mut outcomes: Vec<Option<Outcome>> = appends.iter().map(|_| None).collect();
    let Some(at) = row.try_get::<_, Option<Micros>>(2)? else { return Ok(outcomes) };
    let (mut written, mut made, mut new) = (written.peekable(), made.peekable(), 1..);
    for step in steps {
        let (first, number) = if step.next.is_some() {
            (step.first(), None)
        } else {
            let nth = new.next();
            match made.next_if(|(made, _)| Some(*made) == nth) {
                Some((_, number)) => (place(number, 1), Some(number)),
                // Somebody else has made the stream.
                None => continue,
            }
        };
        if written.peek().is_none_or(|(place, _)| *place != first) {
            continue;
        }
        let count = step.append.events.len();
        let positions: Vec<_> =
            written.by_ref().take(count).map(|(_, position)| Position::new(position as u64)).collect();
        if positions.len() < count {
            return Err(unreadable("half an append"));
        }
        let outcome = if let Some(next) = step.next {
            next.done(shared, step.append, at, positions.into_iter())?
        } else {
            let time = at.time().map_err(Broken::Answer)?;
            Ok(receipt(shared.log, time, step.append, &[StreamVersion::EMPTY], positions.into_iter()))
        };
        if let Some(number) = number {
            see(&seen, number, step.append, &outcome);
        }
        outcomes[step.nth] = Some(outcome);
    }
    if written.next().is_some() {
        return Err(unreadable("what was not appended"));
    }
    Ok(outcomes)
}
