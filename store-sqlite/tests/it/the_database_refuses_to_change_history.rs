//! Whoever opens the file with SQL of their own.

use crate::place::{Place, event, log};
use factum_core::{Append, EventAppender, Tag};
use factum_store_sqlite::rusqlite::Connection;

const CHANGES: [&str; 13] = [
    "UPDATE factum_events SET payload = 'x'",
    "UPDATE OR REPLACE factum_events SET version = 2 WHERE version = 1",
    "DELETE FROM factum_events",
    "DELETE FROM factum_events WHERE position = 2",
    // SQLite removes the row that is in the way of a REPLACE without a word to the triggers on DELETE, unless
    // `recursive_triggers` is on, which it is not by default.
    "INSERT OR REPLACE INTO factum_events SELECT 1, stream, 9, type, randomblob(16), 0, NULL, NULL, NULL, 'x' FROM factum_events WHERE position = 1",
    "REPLACE INTO factum_events SELECT 9, stream, 9, type, id, 0, NULL, NULL, NULL, 'x' FROM factum_events WHERE position = 1",
    "REPLACE INTO factum_events SELECT 9, stream, version, type, randomblob(16), 0, NULL, NULL, NULL, 'x' FROM factum_events WHERE position = 2",
    "INSERT INTO factum_events SELECT 1, stream, 9, type, randomblob(16), 0, NULL, NULL, NULL, 'x' FROM factum_events WHERE position = 1 ON CONFLICT DO UPDATE SET payload = 'x'",
    "UPDATE factum_streams SET key = 'another'",
    "DELETE FROM factum_streams",
    "UPDATE factum_event_types SET name = 'Another'",
    "DELETE FROM factum_event_tags",
    "UPDATE factum_event_tags SET tag = 'another'",
];

#[tokio::test]
async fn whatever_the_statement_and_the_settings() {
    let place = Place::new();
    let store = place.open().await;
    let tagged = event("a", "{}").with_tags([Tag::new("vip").unwrap()]);
    store.append_one(Append::new([tagged, event("a", "{}")])).await.unwrap();
    let recorded = log(&store).await;
    let mut changed = Vec::new();
    for recursive in [false, true] {
        for sql in CHANGES {
            let connection = place.sql();
            connection.pragma_update(None, "recursive_triggers", recursive).unwrap();
            let before = rows(&connection);
            let transaction = connection.unchecked_transaction().unwrap();
            let refused = transaction.execute(sql, []);
            if refused.is_ok() || rows(&transaction) != before {
                changed.push((sql, recursive, refused));
            }
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
    assert_eq!(log(&store).await, recorded);
}

/// A statement of several rows may have added new ones before the one that is refused.
#[tokio::test]
async fn whatever_is_left_of_a_statement_that_was_refused() {
    let place = Place::new();
    let store = place.open().await;
    store.append_one(Append::new([event("a", "{}"), event("a", "{}")])).await.unwrap();
    let connection = place.sql();
    let before = rows(&connection);
    for (new, replacing) in [
        (21, "1, stream, 31, type, randomblob(16)"),
        (22, "32, stream, 32, type, id"),
        (23, "33, stream, 1, type, randomblob(16)"),
    ] {
        let rest = "0, NULL, NULL, NULL, 'x' FROM factum_events WHERE position = 1";
        let refused = connection.execute_batch(&format!(
            "REPLACE INTO factum_events SELECT {new}, stream, {new}, type, randomblob(16), {rest}
             UNION ALL SELECT {replacing}, {rest}"
        ));
        assert!(refused.is_err(), "{replacing}");
        assert_eq!(rows(&connection)[..before.len()], before, "{replacing}");
    }
}

/// Everything that an event is read back from.
fn rows(connection: &Connection) -> Vec<String> {
    let sql = "SELECT concat_ws('|', e.position, e.version, hex(e.id), e.payload, s.key, t.name, g.tag)
               FROM factum_events e LEFT JOIN factum_streams s ON s.id = e.stream
               LEFT JOIN factum_event_types t ON t.id = e.type LEFT JOIN factum_event_tags g ON g.position = e.position
               ORDER BY e.position";
    connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
