//! Encryption of connections, and what is checked of the server's certificate.

#[cfg(feature = "tls")]
mod connect;
mod mode;
#[cfg(feature = "tls")]
mod verify;

pub(crate) use self::mode::Mode;

#[cfg(feature = "tls")]
pub(crate) use self::connect::{Stream, Tls};
/// A build that cannot encrypt.
#[cfg(not(feature = "tls"))]
pub(crate) use tokio_postgres::{NoTls as Tls, tls::NoTlsStream as Stream};
