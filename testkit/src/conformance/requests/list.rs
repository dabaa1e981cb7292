/// The cases of the suite, the simple ones first.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_requests_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] answer::an_answer_comes_back_to_who_asked;
            [] answer::all_attributes_go_there_and_back;
            [] answer::any_bytes_go_there_and_back;
            [] answer::a_megabyte_goes_there_and_back;
            [] answer::words_of_a_topic_may_have_any_characters;
            [] answer::each_gets_its_own_answer;
            [] answer::who_does_not_answer_is_waited_for_as_long_as_is_said;
            [] answer::an_answer_that_comes_too_late_is_nobody_elses;
            [] answer::what_is_dropped_is_not_answered_and_does_not_come_again;
            [] nobody::that_nobody_serves_is_told_at_once;
            [] nobody::nor_does_who_serves_something_else;
            [] nobody::nor_does_who_has_served_before;
            [] share::those_who_serve_in_one_name_share;
            [] share::services_do_not_get_what_is_for_others;
            [] end::what_came_to_one_who_ends_is_answered_by_another;
            [] end::what_is_in_hand_can_be_answered_after_the_end;
            [] end::the_end_of_the_transport_is_that_of_its_services;
            [] command::a_command_takes_effect_and_its_receipt_comes_back;
            [] command::a_rejection_comes_back_as_the_type_that_it_is;
            [] command::a_question_is_answered;
            [] command::a_command_that_is_repeated_takes_effect_once;
            [] command::who_is_not_there_yet_is_waited_for;
            [] command::what_comes_too_late_is_not_run;
            [] command::a_server_that_dies_is_followed_by_another;
            [shared] share::what_one_connection_asks_another_answers;
            [shared] share::a_server_that_is_gone_is_not_waited_for;
        }
    };
}
