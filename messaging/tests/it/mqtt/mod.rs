//! MQTT. Each test has topics and clients of its own.

mod place;

mod a_broker_that_dies_is_waited_for;
mod a_session_is_that_of_a_consumer;
mod a_state_is_kept_for_who_is_new;
mod conformance;
mod what_is_acknowledged_is_so_in_order;
mod what_is_forgotten_comes_all_the_same;
mod what_is_rejected_is_published_as_a_dead_letter;
mod what_python_reads;
