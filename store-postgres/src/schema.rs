//! The tables, made and checked when the store is opened.

use crate::{PgConfig, error::Context, sql::Sql};
use factum_core::{LogId, StoreError};
use tokio_postgres::{Client, types::Type};
use uuid::Uuid;

/// Raised with every change of the tables; a schema of another version is refused.
const VERSION: i32 = 5;

const OBJECTS: [&str; 26] = [
    include_str!("../sql/schema/log.sql"),
    include_str!("../sql/schema/mark.sql"),
    include_str!("../sql/schema/stream_numbers.sql"),
    include_str!("../sql/schema/streams.sql"),
    include_str!("../sql/schema/event_types.sql"),
    include_str!("../sql/schema/positions.sql"),
    include_str!("../sql/schema/place.sql"),
    include_str!("../sql/schema/events.sql"),
    include_str!("../sql/schema/events_by_stream.sql"),
    include_str!("../sql/schema/events_by_id.sql"),
    include_str!("../sql/schema/event_tags.sql"),
    include_str!("../sql/schema/checkpoints.sql"),
    include_str!("../sql/schema/groups.sql"),
    include_str!("../sql/schema/members.sql"),
    include_str!("../sql/schema/quarantine.sql"),
    include_str!("../sql/schema/generations.sql"),
    include_str!("../sql/schema/repairs.sql"),
    include_str!("../sql/schema/quarantine_requests.sql"),
    include_str!("../sql/schema/snapshots.sql"),
    include_str!("../sql/schema/inbox.sql"),
    include_str!("../sql/schema/inbox_by_time.sql"),
    include_str!("../sql/schema/history_is_not_changed.sql"),
    include_str!("../sql/schema/first_matches.sql"),
    include_str!("../sql/schema/append.sql"),
    include_str!("../sql/schema/tagged_after.sql"),
    include_str!("../sql/schema/readable.sql"),
];

/// Everything that makes the tables of one schema, in one transaction.
pub(crate) fn script(sql: &Sql) -> String {
    let schema = sql.schema();
    let mut script = format!("BEGIN;\nCREATE SCHEMA IF NOT EXISTS \"{schema}\";\n");
    script.push_str(&make(sql, LogId::random()));
    script.push_str("COMMIT;\n");
    script
}

fn make(sql: &Sql, log: LogId) -> String {
    let mut script: String = OBJECTS.iter().map(|object| sql.text(object) + "\n").collect();
    let rows = format!(
        "INSERT INTO factum.log (id, schema_version) VALUES ('{log}', {VERSION});\n\
         INSERT INTO factum.mark (position) VALUES (0);\n"
    );
    script.push_str(&sql.text(&rows));
    script.push('\n');
    script
}

/// The id of the log, whose tables are made if they are not there and may be.
pub(crate) async fn open(config: &PgConfig, sql: &Sql) -> Result<LogId, StoreError> {
    let doing = || format!("opening schema {}", sql.schema());
    let (client, connection) = config.connector.connect().await.doing_with(doing)?;
    // Ends with the client.
    tokio::spawn(connection);
    if let Some(log) = find(&client, sql).await? {
        return Ok(log);
    }
    if !config.migrate {
        let why = "its tables are not there, and the store was told not to make them";
        return Err(StoreError::incompatible(doing(), why));
    }
    // Of several processes that open a new store at once, one makes the tables and the others wait for it. The lock is held
    // by a transaction, so that it means the same behind a pooler.
    let begin = format!(
        "BEGIN; SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock(hashtextextended('factum schema {0}', 0)); \
         CREATE SCHEMA IF NOT EXISTS \"{0}\"",
        sql.schema()
    );
    client.batch_execute(&begin).await.doing_with(doing)?;
    let log = match find(&client, sql).await? {
        Some(log) => log,
        None => {
            let log = LogId::random();
            client.batch_execute(&make(sql, log)).await.doing_with(doing)?;
            log
        }
    };
    client.batch_execute("COMMIT").await.doing_with(doing)?;
    Ok(log)
}

/// Whether there is a log in the schema.
pub(crate) async fn exists(config: &PgConfig, sql: &Sql) -> Result<bool, StoreError> {
    let doing = || format!("looking for schema {}", sql.schema());
    let (client, connection) = config.connector.connect().await.doing_with(doing)?;
    tokio::spawn(connection);
    Ok(find(&client, sql).await?.is_some())
}

/// The id of the log, if there is one in the schema.
async fn find(client: &Client, sql: &Sql) -> Result<Option<LogId>, StoreError> {
    let doing = || format!("opening schema {}", sql.schema());
    let name = sql.text("factum.log");
    let exists = client.query_typed("SELECT to_regclass($1) IS NOT NULL", &[(&name, Type::TEXT)]).await;
    if !exists.doing_with(doing)?.iter().any(|row| row.get(0)) {
        return Ok(None);
    }
    let row = client.query_typed(&sql.text("SELECT id, schema_version FROM factum.log"), &[]).await;
    let row = row.map_err(|error| match error.code() {
        // The table's name is taken by something else.
        Some(state) if state.code().starts_with("42") => StoreError::incompatible(doing(), error),
        _ => crate::error::IntoStoreError::into_store_error(error, doing()),
    })?;
    let Some(row) = row.first() else {
        return Err(StoreError::incompatible(doing(), "its table `log` is empty"));
    };
    let columns = row.try_get(0).and_then(|id| Ok((id, row.try_get(1)?)));
    let (id, version): (Uuid, i32) = columns.map_err(|e| StoreError::incompatible(doing(), e))?;
    if version != VERSION {
        let why =
            format!("it has schema version {version}, this version of factum-store-postgres has {VERSION}");
        return Err(StoreError::incompatible(doing(), why));
    }
    Ok(Some(LogId(id)))
}
