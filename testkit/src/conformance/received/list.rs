/// The cases of the suite, the simple ones first.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_received_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] commit::an_effect_commits_with_its_messages;
            [] commit::a_message_that_was_received_has_no_effect_again;
            [] commit::with_one_that_was_received_none_is_received;
            [] commit::a_message_of_another_consumer_is_new;
            [] commit::who_was_deposed_has_no_effect;
            [] commit::of_many_at_once_one_has_the_effect;
            [persistent] commit::effects_and_messages_survive;
        }
    };
}
