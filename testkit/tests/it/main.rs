//! Tests of the test kit: does it reject what it should, and nothing else?

#![allow(clippy::unwrap_used)]

mod mutants;
