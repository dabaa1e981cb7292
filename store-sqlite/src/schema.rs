//! The tables, made and checked when the store is opened.

use crate::error::Context;
use chrono::Utc;
use factum_core::{LogId, StoreError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::path::Path;
use uuid::Uuid;

/// Raised with every change of the tables; a file of another version is refused.
const VERSION: i64 = 1;

const TABLES: [&str; 10] = [
    include_str!("../sql/schema/log.sql"),
    include_str!("../sql/schema/streams.sql"),
    include_str!("../sql/schema/event_types.sql"),
    include_str!("../sql/schema/events.sql"),
    include_str!("../sql/schema/events_by_stream.sql"),
    include_str!("../sql/schema/events_by_id.sql"),
    include_str!("../sql/schema/event_tags.sql"),
    include_str!("../sql/schema/events_are_not_updated.sql"),
    include_str!("../sql/schema/events_are_not_deleted.sql"),
    concat!(include_str!("../sql/schema/checkpoints.sql"), include_str!("../sql/schema/snapshots.sql")),
];

/// Makes the tables if there are none, and gives the id of the log.
pub(crate) fn open(connection: &mut Connection, create: bool, path: &Path) -> Result<LogId, StoreError> {
    let doing = || format!("opening {}", path.display());
    // In one write transaction, so that of several processes that open a new file at once, one makes the tables.
    let behavior = if create { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
    let transaction = connection.transaction_with_behavior(behavior).doing_with(doing)?;
    let log = match find(&transaction).doing_with(doing)? {
        Some((log, VERSION)) => log,
        Some((_, version)) => {
            let why =
                format!("it has schema version {version}, this version of factum-store-sqlite has {VERSION}");
            return Err(StoreError::incompatible(doing(), why));
        }
        None if create => make(&transaction).doing_with(doing)?,
        None => return Err(StoreError::incompatible(doing(), "there is no log in this file")),
    };
    transaction.commit().doing_with(doing)?;
    Ok(log)
}

fn find(connection: &Connection) -> rusqlite::Result<Option<(LogId, i64)>> {
    if !connection.table_exists(None, "factum_log")? {
        return Ok(None);
    }
    let row = connection.query_row("SELECT id, schema_version FROM factum_log", [], |row| {
        Ok((LogId::from_uuid(row.get::<_, Uuid>(0)?), row.get(1)?))
    });
    row.optional()
}

fn make(connection: &Connection) -> rusqlite::Result<LogId> {
    TABLES.iter().try_for_each(|table| connection.execute_batch(table))?;
    let log = LogId::random();
    let insert = "INSERT INTO factum_log (one, id, schema_version, created_at) VALUES (1, ?1, ?2, ?3)";
    connection.execute(insert, (log.as_uuid(), VERSION, Utc::now().timestamp_micros()))?;
    Ok(log)
}
