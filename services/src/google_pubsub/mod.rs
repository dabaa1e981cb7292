//! Google's emulator of Cloud Pub/Sub: a [`Server`] that is found, and an [`Emulator`] of one's own for tests that end it.

mod program;

#[cfg(feature = "servers")]
mod emulator;
#[cfg(feature = "servers")]
mod server;

pub use self::program::{installed, is_available};
#[cfg(feature = "servers")]
pub use self::{emulator::Emulator, server::Server};
