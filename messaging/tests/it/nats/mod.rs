//! NATS. Each test has streams and subjects of its own.

mod place;

mod a_message_in_hand_is_nobody_elses;
mod a_server_that_dies_is_waited_for;
mod a_stream_is_made_or_used;
mod conformance;
mod requests_go_on;
mod what_cannot_be_published_is_refused;
mod what_is_published_twice_is_kept_once;
mod what_is_rejected_becomes_a_dead_letter;
mod what_python_reads;
mod who_listens_is_a_consumer_of_the_stream;
