/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_inbox_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] receive::a_message_is_new_once;
            [] receive::each_message_has_its_answer;
            [] receive::a_message_that_is_named_twice_is_new_the_first_time;
            [] receive::nothing_can_be_received;
            [] receive::consumers_have_inboxes_of_their_own;
            [] receive::messages_with_similar_keys_are_told_apart;
            [] receive::a_message_may_have_any_key;
            [] receive::many_messages_are_received_in_one_call;
            [] receive::to_one_of_many_at_once_a_message_is_new;
            [] receive::who_receives_in_another_order_comes_to_an_end;
            [] ask::what_was_never_received_is_not_known;
            [] ask::to_ask_records_nothing;
            [] ask::each_message_is_known_at_its_index;
            [] ask::a_message_is_known_with_the_time_of_its_first_receipt;
            [] forget::what_was_received_before_a_time_is_forgotten;
            [] forget::what_was_received_at_that_time_is_kept;
            [] forget::a_forgotten_message_is_new_again;
            [] forget::each_consumer_forgets_its_own;
            [] forget::nothing_can_be_forgotten;
            [] forget::many_messages_are_forgotten;
            [] forget::any_time_will_do;
            [persistent] survive::messages_survive;
            [shared] survive::what_one_has_received_the_other_knows;
        }
    };
}
