pub(crate) mod bank;
pub(crate) mod courses;

mod a_decider_over_tags_sees_what_its_query_sees;
mod a_decision_is_compared_as_it_is_stored;
mod a_failure_points_at_the_line_of_the_test;
mod a_process_is_told_what_happens;
mod a_view_folds_as_under_its_runner;
mod an_event_comes_out_as_it_went_in;
