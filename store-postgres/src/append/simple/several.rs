//! Appends of which nothing has to be known before.

use super::{
    Broken, Link, Outcome, Prepared, Shared,
    columns::{Columns, Guards, Tags},
    see, unreadable,
};
use crate::{
    append::{
        batch::{expected, receipt},
        prepared::Place,
    },
    place::place,
    row::Micros,
};
use factum_core::{Position, StreamId, StreamVersion};
use foldhash::HashMap;
use tokio_postgres::types::ToSql;

pub(super) async fn several(
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
    let seen = shared.names.seen();
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
            let outcome = Ok(receipt(shared.log, at, append, &[version], own.into_iter()));
            see(&seen, number, append, &outcome);
            outcomes[nth] = Some(outcome);
        }
    }
    Ok(outcomes)
}
