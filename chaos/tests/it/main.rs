//! The torture run itself, in short, so that it cannot rot.

#![allow(clippy::unwrap_used)]

mod a_short_run_finds_nothing_wrong;
mod a_short_run_over_projections_finds_nothing_wrong;
