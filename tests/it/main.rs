//! What the parts promise together; each test runs on each store. What a store promises by itself is tested by the
//! conformance suite.

#![allow(clippy::unwrap_used)]

mod bank;
mod commands_are_decided_on_what_is_there;
mod decisions_over_tags_keep_their_rule;
mod stores;
mod the_read_side_sees_what_was_written;
