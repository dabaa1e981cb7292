//! Where the events come from. A log is an iterator of [`Line`](factum::ndjson::Line)s: [`mod@file`] reads one,
//! [`generate`] makes one up, and [`mod@import`] takes it into the store as it is.

pub mod file;
pub mod generate;
pub mod import;
