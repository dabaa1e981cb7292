//! The registration and the newsletter, as two programs.
#![allow(clippy::unwrap_used)]

mod kafka;
mod nats;
mod two_programs;
