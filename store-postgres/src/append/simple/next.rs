//! Appends of the next events of streams whose last versions are known: only that these places are free has to be checked.

use super::{Broken, Columns, Link, Outcome, Prepared, Shared, Standing, unreadable};
use crate::{append::batch::receipt, database::Parameters, names::Known, place::place, row::Micros};
use factum_core::{Position, StreamVersion};
use std::sync::Arc;

/// The last version that is followed by others, as the other statements have it.
const FULL: u64 = 8_589_900_000;

/// What an append goes on from: a version that is committed, so that it need not be looked for.
pub(in crate::append) struct Next {
    known: Arc<Known>,
    after: StreamVersion,
}

impl Next {
    /// `None` for a stream without events, or with as many as it can have.
    pub(super) fn of(known: &Arc<Known>, after: u64) -> Option<Self> {
        let next = || Self { known: Arc::clone(known), after: StreamVersion::new(after) };
        (1..FULL).contains(&after).then(next)
    }

    /// The place of the first event.
    pub(super) fn first(&self) -> i64 {
        place(self.known.number(), self.after.get() + 1)
    }

    pub(super) fn done(
        &self,
        shared: &Shared,
        append: &Prepared,
        at: Micros,
        positions: impl Iterator<Item = Position>,
    ) -> Result<Outcome, Broken> {
        let at = at.time().map_err(Broken::Answer)?;
        let receipt = receipt(shared.log, at, append, &[self.after], positions);
        self.known.has(StreamVersion::new(self.after.get() + append.events.len() as u64));
        Ok(Ok(receipt))
    }
}

pub(super) async fn one(
    link: &mut Link,
    shared: &Shared,
    append: &Prepared,
    next: &Next,
) -> Result<Vec<Option<Outcome>>, Broken> {
    let (event, place) = (&append.append.events[0], &append.events[0]);
    let payload: &[u8] = &event.payload;
    let parameters: &Parameters<'_> =
        &[&next.first(), &place.event_type, &event.id.0, &payload, &place.details];
    let rows = link.query(&shared.database.sql.append.next, parameters).await?;
    let Some(row) = rows.first() else { return Ok(vec![None]) };
    let position = Position::new(row.try_get::<_, i64>(0)? as u64);
    Ok(vec![Some(next.done(shared, append, row.try_get(1)?, std::iter::once(position))?)])
}

/// Each of `all` is the next of its stream, or late.
pub(super) async fn several(
    link: &mut Link,
    shared: &Shared,
    appends: &[&Prepared],
    all: &[Standing],
) -> Result<Vec<Option<Outcome>>, Broken> {
    let next = all.iter().enumerate().filter_map(|(nth, standing)| match standing {
        Standing::Next(next) => Some((nth, next.first(), next)),
        _ => None,
    });
    let mut order: Vec<(usize, i64, &Next)> = next.collect();
    // As they are written, so that positions are drawn in the order in which their index and the table are filled, and two
    // batches never wait for each other's places in a circle.
    order.sort_unstable_by_key(|(_, first, _)| *first);
    let in_order = || order.iter().map(|(nth, ..)| appends[*nth]);
    let Columns { nth, types, ids, payloads, details, prefixes, .. } = Columns::of(in_order());
    let firsts =
        order.iter().flat_map(|(nth, first, _)| std::iter::repeat_n(*first, appends[*nth].events.len()));
    let firsts: Vec<i64> = firsts.collect();
    let places: Vec<i64> = firsts.iter().zip(&nth).map(|(first, nth)| first + i64::from(*nth) - 1).collect();
    let parameters: &Parameters<'_> = &[&places, &firsts, &types, &ids, &payloads, &details, &prefixes];
    let rows = link.query(&shared.database.sql.append.next_of_several, parameters).await?;

    // What is written comes in the order that was asked for, all of an append or nothing of it.
    let mut outcomes: Vec<Option<Outcome>> = appends.iter().map(|_| None).collect();
    let mut rows = rows.iter().peekable();
    for (nth, first, next) in order {
        let Some(row) = rows.peek() else { break };
        if row.try_get::<_, i64>(1)? != first {
            continue;
        }
        let at = row.try_get(2)?;
        let count = appends[nth].events.len();
        let position = |row: &tokio_postgres::Row| Ok(Position::new(row.try_get::<_, i64>(0)? as u64));
        let positions = rows.by_ref().take(count).map(position).collect::<Result<Vec<_>, Broken>>()?;
        if positions.len() < count {
            return Err(unreadable("half an append"));
        }
        outcomes[nth] = Some(next.done(shared, appends[nth], at, positions.into_iter())?);
    }
    if rows.next().is_some() {
        return Err(unreadable("what was not appended"));
    }
    Ok(outcomes)
}
