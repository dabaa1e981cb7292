//! The way to servers of HTTP, encrypted or not: what the client of `hyper-util` connects by.

mod address;
mod connect;
mod resolve;
mod stream;
mod tls;

#[cfg(feature = "webhook")]
pub(crate) use self::address::is_public;
pub use self::resolve::Resolve;
pub(crate) use self::{
    connect::Connector,
    resolve::OfTheSystem,
    tls::{Untrusted, connector},
};
