//! What the test kit says about domains and stores that are right, and about those that are not.

#![allow(clippy::unwrap_used)]

mod a_store_goes_by_the_clock_it_is_given;
mod a_store_without_a_defect_is_accepted;
mod deterministic;
mod failure;
mod given;
mod interleave;
mod mutants;
