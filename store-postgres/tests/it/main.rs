//! What is particular to a store in PostgreSQL. What every store promises is tested by the conformance suite.

#![allow(clippy::unwrap_used)]

mod conformance;
mod model;
mod place;
