use super::Builder;
use crate::{folder::Folder, postgres::address::Address, process::Process};

/// A pooler that gives a connection to its server to each client for the length of a transaction. It does not know of
/// prepared statements, and has two connections for each database unless told otherwise, so that clients do meet.
///
/// Dropping it stops it, as does the end of this process, however it ends.
#[derive(Debug)]
pub struct PgBouncer {
    // Before its folder, which waits for it.
    pub(super) _process: Process,
    pub(super) port: u16,
    pub(super) _folder: Folder,
}

impl PgBouncer {
    /// One in transaction mode.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address of the database with this name; `pgbouncer` is its own console.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        Address::local(self.port).url_of(database)
    }
}
