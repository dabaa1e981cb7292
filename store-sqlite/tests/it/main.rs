//! What is particular to a store in a file: crashes, other processes, a full disk, SQL of others, and work that
//! misbehaves. What every store promises is tested by the conformance suite.

#![allow(clippy::unwrap_used)]

mod a_backward_read_skips_nothing_between_windows;
mod a_failing_job_does_not_take_its_neighbours_with_it;
mod a_message_and_its_effect_commit_together;
mod a_move_that_is_acknowledged_has_moved;
mod a_statement_is_planned_once;
mod acknowledged_appends_survive_kill_9;
mod an_append_sees_whatever_was_written_before_it;
mod an_unknown_commit_is_never_told_as_known;
mod another_writer_is_waited_for;
mod child;
mod conformance;
mod dropping_loses_nothing_that_was_sent;
mod place;
mod the_database_refuses_to_change_history;
mod two_processes_share_one_log;
mod what_cannot_be_read_is_named_as_such;
mod what_is_no_store_is_refused_and_left_alone;
mod what_was_written_comes_back_as_it_was;
mod work_cannot_end_the_transaction_it_is_in;
mod work_that_panics_harms_only_its_caller;
