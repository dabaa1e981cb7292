//! Mosquitto, a broker of MQTT: a [`Server`] that is found, and a [`Mosquitto`] of one's own for tests that crash it or need
//! other settings.

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
pub use self::{broker::Mosquitto, builder::Builder, server::Server};
