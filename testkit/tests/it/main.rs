//! Tests of the test kit: does it reject what it should, and nothing else?

#![allow(clippy::unwrap_used)]

mod a_store_without_a_defect_is_accepted;
mod mutants;
