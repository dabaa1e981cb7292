//! The promises of [`EventReader`](factum_core::EventReader) and [`EventAppender`](factum_core::EventAppender).

pub mod append;
pub mod capabilities;
mod list;

use super::{Case, Fixture, macros::list};
use factum_core::EventStore;

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: EventStore>>() -> Vec<Case> {
    crate::__conformance_store_cases!([list] F)
}
