//! The tables, made and checked when the store is opened.

use crate::error::Context;
use chrono::Utc;
use factum_core::{LogId, StoreError};
use rusqlite::{Connection, Error, TransactionBehavior};
use std::path::Path;
use uuid::Uuid;

/// Raised with every change of the tables; a file of another version is refused.
const VERSION: i64 = 3;

const TABLES: [&str; 17] = [
    include_str!("../sql/schema/log.sql"),
    include_str!("../sql/schema/streams.sql"),
    include_str!("../sql/schema/event_types.sql"),
    include_str!("../sql/schema/events.sql"),
    include_str!("../sql/schema/events_by_stream.sql"),
    include_str!("../sql/schema/events_by_id.sql"),
    include_str!("../sql/schema/event_tags.sql"),
    include_str!("../sql/schema/events_are_not_updated.sql"),
    include_str!("../sql/schema/events_are_not_deleted.sql"),
    include_str!("../sql/schema/events_are_not_replaced.sql"),
    include_str!("../sql/schema/streams_are_not_changed.sql"),
    include_str!("../sql/schema/event_types_are_not_changed.sql"),
    include_str!("../sql/schema/event_tags_are_not_changed.sql"),
    concat!(include_str!("../sql/schema/checkpoints.sql"), include_str!("../sql/schema/snapshots.sql")),
    concat!(include_str!("../sql/schema/members.sql"), include_str!("../sql/schema/quarantine.sql")),
    concat!(include_str!("../sql/schema/generations.sql"), include_str!("../sql/schema/repairs.sql")),
    concat!(include_str!("../sql/schema/inbox.sql"), include_str!("../sql/schema/inbox_by_time.sql")),
];

/// The id of the log, if there is one in the file. Only reads, so whoever opens a store that is there need not wait
/// for those who write.
pub(crate) fn find(connection: &Connection, path: &Path) -> Result<Option<LogId>, StoreError> {
    let doing = || format!("opening {}", path.display());
    // By a query: what rusqlite offers for this looks at what the connection remembers, which another process may
    // have changed since.
    let exists = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'factum_log')";
    if !connection.query_row(exists, [], |row| row.get(0)).doing_with(doing)? {
        return Ok(None);
    }
    let row = connection.query_row("SELECT id, schema_version FROM factum_log", [], |row| {
        Ok((LogId(row.get::<_, Uuid>(0)?), row.get(1)?))
    });
    let why = match row {
        Ok((log, VERSION)) => return Ok(Some(log)),
        Ok((_, version)) => {
            format!("it has schema version {version}, this version of factum-store-sqlite has {VERSION}")
        }
        Err(error @ (Error::SqlInputError { .. } | Error::QueryReturnedNoRows)) => {
            format!("its table factum_log is not ours: {error}")
        }
        Err(error) => return Err(error).doing_with(doing),
    };
    Err(StoreError::incompatible(doing(), why))
}

/// Makes the tables, and gives the id of the log.
pub(crate) fn make(connection: &mut Connection, path: &Path) -> Result<LogId, StoreError> {
    let doing = || format!("opening {}", path.display());
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).doing_with(doing)?;
    // A second look, so that of several processes that open a new file at once, one makes the tables.
    let log = match find(&transaction, path)? {
        Some(log) => log,
        None => make_tables(&transaction).doing_with(doing)?,
    };
    transaction.commit().doing_with(doing)?;
    Ok(log)
}

fn make_tables(connection: &Connection) -> rusqlite::Result<LogId> {
    TABLES.iter().try_for_each(|table| connection.execute_batch(table))?;
    let log = LogId::random();
    let insert = "INSERT INTO factum_log (one, id, schema_version, created_at) VALUES (1, ?1, ?2, ?3)";
    connection.execute(insert, (log.0, VERSION, Utc::now().timestamp_micros()))?;
    Ok(log)
}
