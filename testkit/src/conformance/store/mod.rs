//! The promises of [`EventReader`](factum_core::EventReader) and [`EventAppender`](factum_core::EventAppender).

pub mod alone;
pub mod append;
pub mod capabilities;
pub mod concurrent;
pub mod condition;
pub mod faithful;
pub mod ids;
mod list;
pub mod long;
pub mod model;
pub mod payloads;
pub mod query;
pub mod read_log;
pub mod read_stream;
pub mod refused;
pub mod reopen;
pub mod shared;
pub mod streams;
pub mod times;
pub mod versions;
pub mod watch;

use super::{Case, Fixture, case::Listed, erased::Erased, macros::list};
use factum_core::EventStore;

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: EventStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn EventStore>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn EventStore>>> {
    crate::__conformance_store_cases!([list])
}
