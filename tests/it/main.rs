//! What the parts promise together; each test runs on each store. What a store promises by itself is tested by the
//! conformance suite.

#![allow(clippy::unwrap_used)]

mod a_command_is_answered_in_time;
mod a_command_leaves_a_trace;
mod a_command_that_makes_no_sense_is_not_looked_up;
mod a_decision_needs_no_derives_to_be_compared;
mod an_answer_is_never_that_of_an_old_state;
mod an_error_reads_well_where_main_shows_it;
mod an_idempotency_key_takes_effect_once;
mod bank;
mod commands_are_decided_on_what_is_there;
mod commands_on_one_aggregate_queue;
mod decisions_over_tags_keep_their_rule;
mod hooked;
mod layers_see_every_command;
mod stores;
mod the_read_side_sees_what_was_written;
