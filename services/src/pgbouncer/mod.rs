//! PgBouncer: a pooler in front of a server. Many applications reach PostgreSQL only through one, and nothing that
//! belongs to a session lasts there longer than a transaction.

mod program;

#[cfg(feature = "servers")]
mod builder;
#[cfg(feature = "servers")]
mod pooler;

pub use self::program::{installed, is_available};
#[cfg(feature = "servers")]
pub use self::{builder::Builder, pooler::PgBouncer};
