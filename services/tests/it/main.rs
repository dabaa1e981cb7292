//! The servers of the tests: that they are what they are said to be, and that nothing is left of them.

#![allow(clippy::unwrap_used)]

mod a_cluster_is_gone_with_its_process;
mod a_cluster_keeps_what_was_committed_when_it_is_killed;
mod a_database_is_gone_after_it_is_dropped;
mod a_pooler_shares_the_connections_to_its_server;
mod client;
mod mosquitto;
mod nats;
mod other_process;
mod rabbitmq;
mod servers_can_be_started_and_used_in_any_task;
