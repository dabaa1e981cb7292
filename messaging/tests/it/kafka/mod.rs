//! Kafka. Each test has topics of its own, on a cluster that the client's library plays, unless the environment names a real one.

pub(crate) mod cluster;
mod place;

mod a_broker_that_is_away_is_waited_for;
mod a_key_is_in_order_whoever_has_it;
mod a_transaction_is_all_or_nothing;
mod conformance;
mod what_cannot_be_published_is_refused;
mod what_is_published_is_a_cloud_event;
mod what_is_rejected_becomes_a_dead_letter;
mod what_is_settled_is_committed;
mod what_kcat_understands;
