//! RabbitMQ: a [`Server`] that is found, and a [`RabbitMq`] of one's own for tests that crash it, need other settings, or
//! ask what it says of itself.

mod program;

#[cfg(feature = "servers")]
mod broker;
#[cfg(feature = "servers")]
mod builder;
#[cfg(feature = "servers")]
mod greeting;
#[cfg(feature = "servers")]
mod ports;
#[cfg(feature = "servers")]
mod server;

pub use self::program::{installed, is_available};
#[cfg(feature = "servers")]
pub use self::{broker::RabbitMq, builder::Builder, server::Server};
