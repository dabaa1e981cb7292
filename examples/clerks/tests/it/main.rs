//! The clerks application, from a log to its findings.
#![allow(clippy::unwrap_used)]

mod a_log_out_of_order_says_the_same;
mod batches_and_restarts_change_nothing;
mod given;
mod naive;
mod the_banks_own_log;
mod the_program_reports;
mod the_slow_clerk_is_found_and_nobody_else;
mod what_is_no_log_is_refused;
mod work_is_what_one_clerk_begins_and_ends;
