//! Conformance suites: does a store keep its promises?

mod capability;
mod case;
pub mod checkpoints;
pub mod documents;
mod fixture;
pub(crate) mod macros;
pub mod snapshots;
mod steps;
pub mod store;

pub use self::{
    capability::Capability,
    case::{Case, Rejection, rejection, test},
    fixture::Fixture,
};
#[doc(inline)]
pub use crate::{
    __conformance_checkpoints as checkpoints, __conformance_documents as documents,
    __conformance_snapshots as snapshots, __conformance_store as store,
};
