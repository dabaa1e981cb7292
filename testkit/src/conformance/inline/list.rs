/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_inline_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] applied::an_append_changes_the_read_model;
            [] applied::the_epoch_rises_with_each_append;
            [] applied::events_of_several_streams_come_in_order;
            [] applied::many_events_in_one_append_are_applied;
            [] applied::the_query_says_what_concerns_it;
            [] applied::events_that_do_not_concern_it_move_nothing;
            [] applied::several_projections_are_applied;
            [] applied::documents_are_deleted_and_come_again;
            [] applied::a_projection_may_have_work_of_its_own;
            [] alone::what_was_never_founded_is_left_alone;
            [] alone::what_was_only_claimed_is_left_alone;
            [] alone::what_is_parted_is_left_alone;
            [] alone::what_has_events_in_quarantine_is_left_alone;
            [] alone::what_is_behind_is_left_alone_until_it_has_caught_up;
            [] alone::events_that_do_not_concern_it_are_passed_over;
            [] alone::what_is_detached_is_left_alone;
            [shared] alone::a_handle_without_the_projection_writes_beside_it;
            [] owner::who_has_not_seen_the_append_is_fenced;
            [] owner::its_lease_stays;
            [] owner::what_nobody_runs_is_applied;
            [] owner::what_was_reset_is_left_alone;
            [] refused::a_conflict_changes_nothing;
            [] refused::a_projection_that_fails_fails_its_append;
            [] refused::a_projection_that_fails_leaves_nothing_of_the_others;
            [] generation::the_generation_that_is_read_is_changed;
            [] generation::a_generation_that_was_never_founded_is_left_alone;
            [] together::many_appends_of_a_call_are_applied;
            [] together::many_appends_at_once_give_the_fold_of_the_log;
            [] together::many_appends_at_once_keep_several_projections_right;
            [] together::an_append_that_fails_leaves_those_of_its_call;
            [] together::an_append_that_fails_leaves_those_beside_it;
            [persistent] survive::what_was_applied_survives;
            [shared] survive::two_handles_give_the_fold_of_the_log;
        }
    };
}
