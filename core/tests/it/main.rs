//! Input from outside: what is kept, what is refused and how, whatever the bytes.
#![allow(clippy::unwrap_used)]

mod a_line_of_any_bytes_is_read_or_refused;
mod a_payload_of_any_bytes_is_decoded_or_refused;
mod a_query_matches_what_its_items_say;
mod a_rule_says_under_which_topic;
mod a_topic_reads_back;
mod an_event_has_a_topic_of_its_own;
mod ids_read_back_as_they_were_printed;
mod limits_are_where_they_are_said_to_be;
mod metadata_is_kept_or_refused;
mod wildcards_mean_what_amqp_says;
