//! What every store promises, and what the parts promise together; each test runs on each store.

#![allow(clippy::unwrap_used)]

mod a_condition_sees_what_the_writer_has_not;
mod a_conflict_is_an_outcome_and_disturbs_nobody;
mod a_deposed_consumer_has_no_effect;
mod a_query_finds_what_a_filter_finds;
mod a_snapshot_is_only_a_cache;
mod an_answer_is_never_that_of_an_old_state;
mod an_append_is_all_or_nothing;
mod an_idempotency_key_takes_effect_once;
mod a_command_is_answered_in_time;
mod a_command_leaves_a_trace;
mod a_command_that_makes_no_sense_is_not_looked_up;
mod bank;
mod commands_are_decided_on_what_is_there;
mod commands_on_one_aggregate_queue;
mod decisions_over_tags_keep_their_rule;
mod hooked;
mod layers_see_every_command;
mod pages_miss_nothing_at_their_edges;
mod stores;
mod the_read_side_sees_what_was_written;
mod what_was_written_comes_back_as_it_was;
