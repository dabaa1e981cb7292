//! What is particular to a store in PostgreSQL. What every store promises is tested by the conformance suite.

#![allow(clippy::unwrap_used)]

mod conformance;
#[cfg(feature = "tls")]
mod connections_are_encrypted_as_the_url_says;
mod model;
mod place;
