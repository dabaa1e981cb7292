//! The torture runs, in short, so that they cannot rot; and what becomes of nodes that are killed or held up at a moment that
//! is chosen.

#![allow(clippy::unwrap_used)]

// The macros name the facade.
extern crate factum_core as factum;

mod a_node_that_is_held_up_has_no_effect_when_it_goes_on;
mod a_node_that_is_killed_leaves_no_half_batch;
mod a_short_run_finds_nothing_wrong;
mod a_short_run_of_the_shop_adds_up;
mod a_short_run_over_brokers_finds_nothing_wrong;
mod a_short_run_over_projections_finds_nothing_wrong;
mod child;
mod gate;
mod ledger;
mod node;
mod place;
