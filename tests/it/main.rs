//! What every store promises, and what the parts promise together; each test runs on each store.

#![allow(clippy::unwrap_used)]

mod a_condition_sees_what_the_writer_has_not;
mod a_conflict_is_an_outcome_and_disturbs_nobody;
mod a_deposed_consumer_has_no_effect;
mod a_query_finds_what_a_filter_finds;
mod a_snapshot_is_only_a_cache;
mod an_append_is_all_or_nothing;
mod bank;
mod commands_are_decided_on_what_is_there;
mod decisions_over_tags_keep_their_rule;
mod pages_miss_nothing_at_their_edges;
mod stores;
mod the_read_side_sees_what_was_written;
mod what_was_written_comes_back_as_it_was;
