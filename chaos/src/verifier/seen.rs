use super::{Violations, log::Entry};
use crate::{Result, world::View};
use factum_store_postgres::sqlx::{self, PgPool, types::Uuid};
use std::collections::HashMap;

/// How much of what a subscriber has seen is verified.
#[derive(Debug, Default)]
pub(crate) struct SeenSoFar {
    /// The number of the last row.
    rows: i64,
    last: u64,
}

/// An event that a subscriber has seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    n: i64,
    life: i32,
    position: i64,
    event: Uuid,
}

const READ: &str = "
    SELECT n, life, position, event FROM chaos.seen WHERE subscriber = $1 AND n > $2 ORDER BY n LIMIT 20000";

/// What a subscriber has seen since.
pub(super) async fn read(pool: &PgPool, view: View, so_far: &SeenSoFar) -> Result<Vec<Seen>> {
    let mut all: Vec<Seen> = Vec::new();
    loop {
        let after = all.last().map_or(so_far.rows, |seen| seen.n);
        let some: Vec<(i64, i32, i64, Uuid)> =
            sqlx::query_as(READ).bind(view.name()).bind(after).fetch_all(pool).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some.into_iter().map(|(n, life, position, event)| Seen { n, life, position, event }));
    }
}

impl SeenSoFar {
    /// Each of `entries` that matches the subscriber's query was seen once, in order, and nothing else was. Everything
    /// up to `verified` had been seen before.
    pub(super) fn verify(
        &mut self,
        view: View,
        entries: &[Entry],
        seen: &[Seen],
        verified: u64,
        found: &mut Violations,
    ) {
        let (name, query) = (view.name(), view.query());
        let matching =
            entries.iter().filter(|entry| query.matches(&entry.stream, &entry.event_type, &entry.tags));
        let expected: HashMap<u64, &Entry> = matching.map(|entry| (entry.position, entry)).collect();
        let mut times: HashMap<u64, u32> = HashMap::new();
        for Seen { life, position, event, .. } in seen {
            let position = *position as u64;
            let times = times.entry(position).or_default();
            *times += 1;
            match expected.get(&position) {
                Some(_) if *times > 1 => {
                    found.doubled(format!("{name} has seen position {position} {times} times, again in life {life}"));
                }
                Some(entry) if entry.id != *event => {
                    found.wrong(format!("{name} has seen event {event} at {position}, the log has {}", entry.id));
                }
                Some(_) => {}
                None if position <= verified => found.doubled(format!(
                    "{name} has seen position {position} in life {life}, in a round after that of the event"
                )),
                None => found.wrong(format!(
                    "{name} has seen position {position} in life {life}, where the log has nothing that it asked for"
                )),
            }
            if position < self.last {
                found.out_of_order(format!("{name} has seen {position} after {}, in life {life}", self.last));
            }
            self.last = position;
        }
        let mut lost: Vec<_> =
            expected.values().filter(|entry| !times.contains_key(&entry.position)).collect();
        lost.sort_unstable_by_key(|entry| entry.position);
        for entry in lost {
            found.lost(format!("{name} was never shown position {}: {}", entry.position, entry.place));
        }
        self.rows = seen.last().map_or(self.rows, |seen| seen.n);
    }
}
