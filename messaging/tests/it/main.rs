//! The promises of topics and of the bus. Schedules are those of a runtime with one thread, or of gates.
#![allow(clippy::unwrap_used)]

extern crate factum_core as factum;

mod faulty;
mod given;

mod a_log_that_fails_is_read_again;
mod a_panic_hurts_nobody_else;
mod a_slow_subscriber_hurts_nobody_else;
mod messages_get_to_those_who_asked;
mod shutting_down_finishes_what_is_queued;
mod the_log_is_published_in_order;
