//! The promises of [`InlineStore`]: an append changes read models in its own transaction, or leaves them to whoever runs
//! them.

pub mod alone;
pub mod applied;
pub mod generation;
mod list;
mod model;
mod notes;
pub mod owner;
pub mod refused;
pub mod survive;
pub mod together;

use super::{Case, Fixture, macros::list};
use factum_core::{
    StoreError,
    sink::{DocumentSink, InlineStore},
};
use std::time::Duration;

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: InlineStore + DocumentSink>>() -> Vec<Case> {
    Case::all(crate::__conformance_inline_cases!([list]), || Box::pin(F::make()))
}

/// What is given for so long does not end before the case does.
const HOUR: Duration = Duration::from_secs(3_600);

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}
