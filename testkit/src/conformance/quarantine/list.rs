/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_quarantine_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] park::nothing_is_parked_at_first;
            [] park::an_event_is_parked_with_all_that_it_came_with;
            [] park::the_checkpoint_moves_with_it;
            [] park::an_event_is_parked_at_a_time_of_the_clock;
            [] park::an_event_is_parked_once;
            [] park::an_event_may_wait_in_several_lanes;
            [] park::a_lane_may_be_any_text;
            [] park::lanes_that_are_alike_are_told_apart;
            [] park::an_error_may_be_any_text;
            [] park::many_events_are_parked_at_once;
            [] change::a_released_event_waits_no_longer;
            [] change::what_is_not_there_can_be_released;
            [] change::a_failure_takes_the_place_of_the_one_before;
            [] change::what_is_not_there_cannot_fail;
            [] change::changes_are_made_in_their_order;
            [] change::many_events_are_released_at_once;
            [] change::a_lane_is_released_as_a_whole;
            [] look::events_are_listed_by_lane_and_position;
            [] look::events_are_listed_in_pages;
            [] look::a_page_begins_after_what_need_not_be_there;
            [] look::a_thousand_are_listed_unless_asked_otherwise;
            [] look::the_events_of_a_partition_are_listed;
            [] look::the_events_of_a_lane_are_listed;
            [] look::the_lanes_of_an_event_are_listed;
            [] look::the_events_of_an_append_are_listed;
            [] look::the_heads_of_lanes_are_listed;
            [] look::what_is_asked_for_holds_together;
            [] request::a_request_is_for_the_first_event_of_a_lane;
            [] request::a_request_may_be_for_all_lanes;
            [] request::where_nothing_waits_nothing_is_requested;
            [] request::a_later_request_takes_the_place_of_one_before;
            [] request::a_request_is_read_in_its_partition;
            [] request::a_failure_ends_the_request;
            [] request::what_was_requested_since_stays;
            [] request::a_request_ends_with_its_event;
            [] request::a_request_may_name_the_first_event;
            [] refused::a_deposed_owner_changes_nothing;
            [] refused::a_move_back_changes_nothing;
            [] refused::who_never_claimed_changes_nothing;
            [] apart::who_has_something_is_listed;
            [] apart::consumers_have_quarantines_of_their_own;
            [] apart::logs_have_quarantines_of_their_own;
            [] apart::partitions_park_at_once;
            [persistent] survive::what_is_parked_survives;
            [shared] survive::what_one_has_parked_the_other_lists;
        }
    };
}
