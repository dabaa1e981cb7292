//! The loans application, from its rules to its report.
#![allow(clippy::unwrap_used)]
// A command given by value reads as it does in an application.
#![allow(clippy::needless_pass_by_value)]

mod a_replay_can_be_broken_off_and_repeated;
mod a_replayed_log_comes_back_byte_for_byte;
mod a_seed_means_the_same_log_everywhere;
mod naive;
mod postgres;
mod read_models_equal_a_naive_fold;
mod replayed;
mod the_banks_own_log;
mod the_program_reports;
mod the_rules_reject_nonsense;
mod what_is_no_log_is_refused_by_line;
