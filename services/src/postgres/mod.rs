//! PostgreSQL: a [`Server`] that is found, a fresh [`Database`] on it for each test, and a [`Cluster`] of one's own for
//! tests that crash it or need other settings.

mod binaries;

#[cfg(feature = "servers")]
pub(crate) mod address;
#[cfg(feature = "servers")]
mod cluster;
#[cfg(feature = "servers")]
mod database;
#[cfg(feature = "servers")]
mod server;
#[cfg(feature = "servers")]
pub(crate) mod session;

pub use self::binaries::{Binaries, installed, is_available};
#[cfg(feature = "servers")]
pub use self::{
    cluster::{Builder, Cluster},
    database::Database,
    server::Server,
};
