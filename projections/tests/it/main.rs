//! The promises of projections and subscriptions, on both embedded stores and under faults at chosen calls.
#![allow(clippy::unwrap_used)]

extern crate factum_core as factum;

mod given;

mod a_deposed_runner_has_no_effect;
mod a_panic_is_reported;
mod a_poison_event_holds_up_its_lane_only;
mod a_reactor_acts_at_least_once;
mod a_read_model_is_made_anew_unseen;
mod a_restart_goes_on_at_the_checkpoint;
mod a_subscription_delivers_every_event_once;
mod a_subscription_delivers_the_topics_it_asks_for;
mod a_transient_error_is_tried_again;
mod a_view_folds_the_same_in_any_batches;
mod an_answer_is_told_anew_when_it_changes;
mod an_append_changes_its_read_models;
mod an_error_stops_a_projection_visibly;
mod an_event_takes_effect_once_whatever_fails;
mod documents_are_listed_across_pages;
mod health_tells_who_has_to_be_called;
mod partitions_share_the_work;
mod shutting_down_finishes_the_batch;
mod the_app_refuses_what_cannot_run;
mod waiting_ends_with_an_answer;
mod windows_fire_as_a_naive_oracle_says;
mod windows_in_documents_go_on_where_they_were;
