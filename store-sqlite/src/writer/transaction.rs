use crate::cache::Cache;
use factum_core::{LogId, store::Clock};
use rusqlite::{CachedStatement, Connection};

/// A group's transaction, which is open.
pub(crate) struct Transaction<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) cache: &'a mut Cache,
    pub(crate) log: LogId,
    pub(crate) clock: &'a dyn Clock,
    /// What every append needs, got from the connection once.
    add_event: Option<CachedStatement<'a>>,
}

impl<'a> Transaction<'a> {
    pub(super) const fn new(
        connection: &'a Connection,
        cache: &'a mut Cache,
        log: LogId,
        clock: &'a dyn Clock,
    ) -> Self {
        Self { connection, cache, log, clock, add_event: None }
    }

    /// The statement that writes an event, and what it is used with.
    pub(crate) fn add_event(
        &mut self,
    ) -> rusqlite::Result<(&mut CachedStatement<'a>, &'a Connection, &mut Cache)> {
        let connection = self.connection;
        let statement = match &mut self.add_event {
            Some(statement) => statement,
            none => none.insert(connection.prepare_cached(include_str!("../../sql/append/add_event.sql"))?),
        };
        Ok((statement, connection, self.cache))
    }
}
