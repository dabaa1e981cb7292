//! Conformance suites: does a store keep its promises?

mod capability;
mod case;
mod fixture;
pub(crate) mod macros;
mod steps;
pub mod store;

pub use self::{
    capability::Capability,
    case::{Case, Rejection, rejection, test},
    fixture::Fixture,
};
#[doc(inline)]
pub use crate::__conformance_store as store;
