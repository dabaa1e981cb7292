//! What the derives generate, used as an application uses it.

#![allow(clippy::unwrap_used)]

extern crate factum_core as factum;

mod a_command_finds_its_aggregate;
mod a_command_is_decided_over_its_tags;
mod a_process_reacts_to_its_events;
mod a_projection_follows_its_events;
mod a_view_folds_its_documents;
mod an_aggregate_folds_its_events;
mod an_enum_of_events_round_trips;
mod an_event_carries_the_tags_of_its_fields;
mod an_event_is_stored_under_its_name;
mod an_event_may_be_there_under_a_condition;
mod an_event_says_under_which_topic;
mod an_id_prints_as_its_value;
mod an_old_payload_is_upcast;
mod parameters_are_carried_through;
mod shadowed_names_do_not_matter;
mod the_crate_can_be_found_elsewhere;
mod wrong_input_says_what_to_write;

use factum::{Event, NewEvent, Position, RecordedEvent, StreamVersion, Timestamp};

/// `event` as it comes back from `stream`.
fn recorded<E: Event>(stream: &str, event: &E) -> RecordedEvent {
    NewEvent::of(stream.parse().unwrap(), event).unwrap().recorded(
        Position::new(1),
        StreamVersion::FIRST,
        Timestamp::default(),
    )
}
