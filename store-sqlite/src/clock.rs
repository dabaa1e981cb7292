//! The clock of the store, as its statements see it.

use factum_core::store::Clock;
use rusqlite::{Connection, functions::FunctionFlags};
use std::sync::Arc;

/// Defines `factum_now()`, the microseconds since 1970 that `clock` shows. No trigger or view of the file can call it.
pub(crate) fn define(connection: &Connection, clock: &Arc<dyn Clock>) -> rusqlite::Result<()> {
    let clock = Arc::clone(clock);
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("factum_now", 0, flags, move |_| Ok(clock.now().timestamp_micros()))
}
