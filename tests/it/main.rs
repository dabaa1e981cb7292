//! What the parts promise together; each test runs on each store. What a store promises by itself is tested by the
//! conformance suite.

#![allow(clippy::unwrap_used)]

mod a_command_is_answered_in_time;
mod a_command_leaves_a_trace;
mod a_command_that_makes_no_sense_is_not_looked_up;
mod a_conflict_is_tried_again_so_often;
mod a_course_has_no_more_students_than_seats;
mod a_decision_needs_no_derives_to_be_compared;
mod a_long_stream_is_read_from_its_snapshot_on;
mod a_name_has_one_owner;
mod a_request_is_traced_to_its_last_effect;
mod a_tag_that_cannot_be_kept_is_refused;
mod an_answer_is_never_that_of_an_old_state;
mod an_error_reads_well_where_main_shows_it;
mod an_idempotency_key_takes_effect_once;
mod answers_are_those_of_a_model;
mod audit;
mod bank;
mod commands_are_decided_on_what_is_there;
mod commands_on_one_aggregate_queue;
mod courses;
mod hooked;
mod invoices;
mod invoices_are_numbered_without_gaps;
mod layers_keep_the_contract_of_services;
mod layers_see_every_command;
mod names;
mod no_order_of_commands_breaks_a_rule;
mod stores;
mod the_read_side_sees_what_was_written;
mod what_others_write_need_not_disturb_a_command;
mod wild;
