//! What is particular to a store in PostgreSQL. What every store promises is tested by the conformance suite.

#![allow(clippy::unwrap_used)]

mod an_append_ends_when_its_connection_does;
mod conformance;
mod model;
mod place;
