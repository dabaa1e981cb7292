//! What the test kit says about domains and stores that are right, and about those that are not.

#![allow(clippy::unwrap_used)]

mod failure;
mod given;
mod interleave;
