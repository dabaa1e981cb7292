/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_generations_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] begin::the_first_generation_is_active;
            [] begin::a_generation_is_begun;
            [] begin::one_that_is_being_made_is_not_begun_again;
            [] begin::who_asks_last_says_whether_it_is_held;
            [] begin::no_number_is_given_twice;
            [] begin::who_asks_at_once_is_given_one_generation;
            [] begin::consumers_have_generations_of_their_own;
            [] give_up::what_is_given_up_is_not_made;
            [] give_up::what_is_not_made_may_be_given_up_and_released;
            [] give_up::what_is_held_is_not_activated_before_it_is_released;
            [] give_up::another_generation_is_not_held_by_that;
            [] activate::one_that_has_come_as_far_is_activated;
            [] activate::each_partition_has_to_have_come_as_far;
            [] activate::parted_otherwise_each_has_to_have_come_as_far_as_all;
            [] activate::one_that_nobody_makes_is_not_activated;
            [] activate::only_what_is_being_made_is_activated;
            [] activate::it_is_compared_with_the_one_that_is_read;
            [] activate::other_logs_say_nothing;
            [] activate::of_many_at_once_one_activates_it;
            [persistent] survive::generations_survive;
            [shared] survive::what_one_activates_the_other_reads;
        }
    };
}
