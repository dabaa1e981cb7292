//! Google Cloud Pub/Sub, by Google's official emulator. It keeps everything in memory, and knows neither filters nor credentials. Each
//! test has a topic and subscriptions of its own.

mod place;

mod a_message_in_hand_is_nobody_elses;
mod a_subscription_is_made_or_used;
mod an_emulator_that_dies_is_waited_for;
mod conformance;
mod what_is_rejected_becomes_a_dead_letter;
mod what_others_write_and_read;
