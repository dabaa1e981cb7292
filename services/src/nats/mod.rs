//! NATS: a [`Server`] with `JetStream` that is found, and a [`Nats`] of one's own for tests that crash it or need other
//! settings.

mod program;

#[cfg(feature = "servers")]
mod broker;
#[cfg(feature = "servers")]
mod builder;
#[cfg(feature = "servers")]
mod greeting;
#[cfg(feature = "servers")]
mod server;

pub use self::program::{installed, is_available};
#[cfg(feature = "servers")]
pub use self::{broker::Nats, builder::Builder, server::Server};
