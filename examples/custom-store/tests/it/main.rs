//! What is particular to a store in an append-only file: crashes, damage, and a second opener. What every store
//! promises is tested by the conformance suite.

#![allow(clippy::unwrap_used)]

mod a_file_has_one_store_at_a_time;
mod acknowledged_appends_survive_kill_9;
mod an_unknown_outcome_stops_the_store;
mod child;
mod conformance;
mod damage_is_told_and_left_alone;
mod place;
mod what_was_cut_off_was_never_there;
