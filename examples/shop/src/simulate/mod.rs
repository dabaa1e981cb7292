//! Customers who shop all at once: some pay, some cannot, some change their minds, and the storeroom runs out.
//!
//! Who wants what is made from a seed. Every command may be sent again without doing anything twice, so a simulation that is
//! broken off goes on where it was: a customer who has ordered is not asked again, and is waited for.

mod crowd;
mod customer;
mod ends;
mod error;
mod supplier;
mod wants;

pub use self::{
    crowd::{Crowd, settle},
    error::SimulateError,
};
