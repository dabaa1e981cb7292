//! The promises of topics, of the bus and of CloudEvents. Schedules are those of a runtime with one thread, or of gates.
#![allow(clippy::unwrap_used)]

extern crate factum_core as factum;

mod bank;
mod conformance;
mod faulty;
mod foreign;
mod given;
mod google_pubsub_emulator;
mod kafka;
mod live;
mod mail;
mod mqtt;
mod nats;
mod orders;
mod python;
mod rabbitmq;
mod restarted;
mod sdk;
mod servers;
mod signed;
mod site;

mod a_broker_is_known_by_its_url;
mod a_browser_sees_the_log_by_events;
mod a_browser_sees_the_log_by_socket;
mod a_cloud_event_comes_back_as_it_was;
mod a_log_that_fails_is_read_again;
mod a_panic_hurts_nobody_else;
mod a_remote_command_is_as_one_here;
mod a_slow_subscriber_hurts_nobody_else;
mod a_topic_is_what_the_type_says;
mod a_webhook_goes_only_where_it_may;
mod a_webhook_is_sent_until_it_is_taken;
mod a_webhook_that_comes_in_is_believed_or_not;
mod a_webhook_trusts_whom_it_should;
mod any_bytes_are_a_cloud_event_or_an_error;
mod messages_get_to_those_who_asked;
mod shutting_down_finishes_what_is_queued;
mod the_log_is_published_in_order;
mod what_a_broker_forgets_is_published_again;
mod what_a_consumer_cannot_handle_becomes_a_letter;
mod what_an_answer_of_google_means;
mod what_asyncapi_understands;
mod what_comes_in_is_handled;
mod what_comes_in_is_in_the_log;
mod what_is_relayed_is_in_order_and_complete;
mod what_javascript_understands;
mod what_python_understands;
