/// The cases of the suite, the simple ones first.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_transports_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] capabilities::the_transport_says_what_is_declared;
            [] publish::what_is_published_comes_in;
            [] publish::all_attributes_come_in_as_they_were;
            [] publish::any_bytes_come_in_as_they_were;
            [] publish::a_message_of_a_megabyte_comes_in;
            [] publish::each_message_has_a_result;
            [] publish::nothing_can_be_published;
            [] publish::what_nobody_has_asked_for_is_published_all_the_same;
            [] publish::who_publishes_after_the_end_is_told_so;
            [] topics::a_topic_goes_to_those_whose_pattern_it_matches;
            [] topics::what_matches_several_patterns_of_a_consumer_comes_once;
            [] topics::words_may_have_any_characters;
            [] order::what_has_one_key_comes_in_order;
            [] order::whoever_publishes_beside_it;
            [] order::keys_do_not_wait_for_each_other;
            [] listen::every_consumer_gets_everything;
            [] listen::a_new_consumer_begins_now;
            [] listen::the_end_of_the_transport_is_that_of_its_feeds;
            [] listen::no_more_are_under_way_than_are_allowed;
            [keeps] listen::what_is_published_while_nobody_listens_is_kept;
            [keeps] listen::who_is_prepared_misses_nothing;
            [competes] listen::those_who_listen_in_one_name_share;
            [replays] listen::a_new_consumer_may_begin_at_the_beginning;
            [shared] listen::what_one_connection_publishes_comes_in_on_another;
            [redelivers] settle::what_is_acknowledged_does_not_come_again;
            [redelivers] settle::what_is_dropped_comes_again;
            [redelivers] settle::what_is_given_back_comes_again_and_is_counted;
            [redelivers] settle::what_is_not_settled_when_a_feed_ends_comes_again;
            [redelivers] settle::who_listens_alone_gets_first_what_was_left;
            [redelivers] settle::what_is_given_back_does_not_hold_up_others;
            [redelivers] settle::what_is_rejected_does_not_come_again;
            [delays] settle::what_is_given_back_waits_as_long_as_is_said;
        }
    };
}
