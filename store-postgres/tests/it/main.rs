//! What is particular to a store in PostgreSQL. What every store promises is tested by the conformance suite.

#![allow(clippy::unwrap_used)]

mod a_beat_waits_for_nobody_who_commits;
mod a_callers_append_changes_read_models;
mod a_callers_transaction_stays_usable;
mod a_callers_transaction_works_behind_a_pooler;
mod a_condition_sees_what_was_committed_while_it_waited;
mod a_consumer_group_shares_the_log;
mod a_group_is_judged_append_by_append;
mod a_hole_is_waited_for_and_filled_in_order;
mod a_hole_that_stays_is_proven_dead;
mod a_long_stream_is_read_from_its_snapshot_on;
mod a_lost_race_is_a_conflict;
mod a_message_and_its_effect_commit_together;
mod a_plan_made_for_an_empty_log_fits_a_full_one;
mod a_prepared_transaction_is_waited_for;
mod a_process_sends_its_commands_once;
mod a_read_model_of_sql_fails_its_append_alone;
mod a_restored_log_goes_on;
mod a_stream_has_an_end;
mod a_time_is_found_across_holes;
mod an_append_ends_when_its_connection_does;
mod an_append_passes_no_position_that_may_still_appear;
mod an_application_needs_few_rights;
mod an_id_is_taken_once;
mod an_inbox_is_never_read_as_a_whole;
mod an_unknown_outcome_is_told_as_such;
mod another_server_may_take_over;
mod conformance;
#[cfg(feature = "tls")]
mod connections_are_encrypted_as_the_url_says;
mod every_read_follows_an_index;
mod every_reader_has_the_same_boundary;
mod health_names_who_holds_readers_up;
mod log;
mod model;
mod nobody_is_told_where_nobody_listens;
mod only_who_appends_holds_readers_up;
mod place;
mod read_model;
mod reads_at_once_are_answered_each;
mod recorder;
mod role;
mod tables_are_made_once_and_known_again;
mod the_database_refuses_to_change_history;
mod the_watermark_is_measured;
mod what_is_known_is_not_asked_again;
mod what_is_settled_is_read_as_what_is_not;
mod who_has_a_read_model_holds_no_others_up;
mod who_waits_holds_nobody_up;
