//! Tests that run the `factum` command itself.
#![allow(clippy::unwrap_used)]

mod a_bad_line_is_named_and_nothing_of_its_batch_is_written;
mod a_document_is_made_anew_on_request;
mod a_lane_in_quarantine_is_tried_again;
mod a_read_model_is_made_anew_on_request;
mod a_reader_that_has_read_enough_is_no_error;
mod a_trace_is_printed_as_a_tree;
mod an_export_equals_its_import_byte_for_byte;
mod an_import_can_be_interrupted_and_goes_on;
mod an_import_run_twice_adds_nothing;
mod careful;
mod docs_tell_what_is_in_a_log;
mod every_command_speaks_json;
mod exit_codes_tell_what_happened;
mod follow_prints_what_another_process_appends;
mod generated;
mod generations_are_compared_and_dropped;
mod kill_9_at_any_moment_loses_and_doubles_nothing;
mod log_prints_what_was_asked_for;
mod nothing_stored_drives_a_terminal;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod processes_are_listed_and_tried_again;
mod quarantine_is_listed_and_shown;
mod the_first_event_of_a_lane_is_left_out;
mod the_totals_of_real_logs_are_right;
