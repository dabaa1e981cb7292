//! The log as its tables have it: read without the store, and without regard to its mark.

use super::Violations;
use crate::{Result, origin::Place};
use factum_core::{EventType, StreamId, Tag};
use factum_store_postgres::sqlx::{self, PgPool, Row as _, postgres::PgRow, types::Uuid};

/// An event of the log. Its payload has been looked at.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) position: u64,
    pub(super) id: Uuid,
    pub(super) place: Place,
    pub(super) stream: StreamId,
    pub(super) version: u64,
    pub(super) event_type: EventType,
    pub(super) tags: Vec<Tag>,
}

const READ: &str = "
    SELECT e.position, e.id, s.category, s.key, factum.version_of(e.place), t.name, e.payload,
        ARRAY (SELECT json_array_elements_text(e.details::json -> 'tags'))
    FROM factum.events e
    JOIN factum.streams s ON s.id = factum.stream_of(e.place)
    JOIN factum.event_types t ON t.id = e.type
    WHERE e.position > $1 AND e.position <= $2
    ORDER BY e.position
    LIMIT 5000";

/// The events after `after` and up to `head`.
pub(super) async fn read(pool: &PgPool, after: u64, head: u64, found: &mut Violations) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or(after, |entry| entry.position);
        let rows = sqlx::query(READ).bind(after as i64).bind(head as i64).fetch_all(pool).await?;
        if rows.is_empty() {
            return Ok(entries);
        }
        for row in &rows {
            entries.push(entry(row, found)?);
        }
    }
}

fn entry(row: &PgRow, found: &mut Violations) -> Result<Entry> {
    let id: Uuid = row.try_get(1)?;
    let (category, key, name): (&str, &str, String) = (row.try_get(2)?, row.try_get(3)?, row.try_get(5)?);
    let tags: Vec<String> = row.try_get(7)?;
    let place = Place::of_id(id);
    let stream = StreamId::new(category, key)?;
    let names: Vec<_> = tags.iter().map(String::as_str).collect();
    if row.try_get::<&[u8], _>(6)? != place.payload(stream.as_str(), &name, &names).as_bytes() {
        found.wrong(format!("{place} has another payload, stream, type or tags than it was written with"));
    }
    Ok(Entry {
        position: row.try_get::<i64, _>(0)? as u64,
        id,
        place,
        stream,
        version: row.try_get::<i64, _>(4)? as u64,
        event_type: EventType::new(name)?,
        tags: tags.into_iter().map(Tag::new).collect::<std::result::Result<_, _>>()?,
    })
}

/// How many events there are up to `head`.
pub(super) async fn count(pool: &PgPool, head: u64) -> Result<u64> {
    let count = sqlx::query_scalar("SELECT count(*) FROM factum.events WHERE position <= $1");
    let count: i64 = count.bind(head as i64).fetch_one(pool).await?;
    Ok(count as u64)
}
