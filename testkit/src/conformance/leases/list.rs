/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_leases_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] beat::the_first_beat_makes_the_checkpoints;
            [] beat::the_first_beat_says_where_the_group_begins;
            [] beat::a_node_counts_itself;
            [] beat::nodes_that_are_there_are_counted;
            [] beat::a_node_whose_time_is_over_is_not_counted;
            [] beat::a_node_is_there_for_as_long_as_it_said_last;
            [] beat::a_beat_tells_who_has_what;
            [] beat::a_beat_tells_where_the_checkpoints_are;
            [] beat::a_beat_moves_no_checkpoint;
            [] beat::a_lease_that_has_ended_is_told_to_nobody_else;
            [] beat::a_beat_extends_what_the_node_has;
            [] beat::a_beat_extends_nothing_else;
            [] beat::a_node_may_be_there_for_ever;
            [] lease::a_free_partition_is_given;
            [] lease::a_lease_is_of_one_partition;
            [] lease::what_somebody_else_has_is_not_given;
            [] lease::a_lease_that_has_ended_is_given_to_others;
            [] lease::nobody_is_deposed_before_somebody_else_is_given_it;
            [] lease::who_has_a_partition_may_lease_it_again;
            [] lease::a_node_leases_without_a_beat_of_its_own;
            [] lease::a_partition_that_is_not_there_is_not_given;
            [] lease::what_has_never_beaten_leases_nothing;
            [] lease::of_many_at_once_one_is_given_a_partition;
            [] lease::many_partitions_among_many_nodes_have_one_holder_each;
            [] lease::no_move_of_a_former_holder_comes_after_the_lease;
            [] give_back::what_is_given_back_is_free;
            [] give_back::nobody_gives_back_what_others_have;
            [] give_back::one_partition_is_given_back;
            [] give_back::who_leaves_gives_back_everything;
            [] give_back::who_leaves_is_not_counted;
            [] give_back::who_was_not_there_may_leave;
            [] give_back::a_node_leaves_one_group;
            [] give_back::a_claim_ends_the_lease;
            [] give_back::a_reset_ends_the_lease;
            [] group::the_number_of_partitions_cannot_change;
            [] group::a_node_that_is_refused_is_not_counted;
            [] group::nothing_is_leased_with_another_number;
            [] group::a_consumer_that_has_moved_alone_has_one_partition;
            [] group::a_consumer_that_was_only_claimed_can_be_parted;
            [] group::checkpoints_that_are_not_of_the_group_are_not_told;
            [] group::consumers_share_apart;
            [] group::logs_are_shared_apart;
            [] group::many_partitions_are_told_by_number;
            [] group::first_beats_at_once_make_one_group;
            [] look::all_groups_are_told_in_order;
            [] look::leases_are_told_while_they_last;
            [] time::time_does_not_go_back;
            [] time::a_time_is_waited_for;
            [] time::a_time_that_has_come_is_not_waited_for;
            [] time::leases_end_by_the_time_that_is_told;
            [persistent] survive::leases_survive;
            [persistent] survive::groups_survive;
            [shared] survive::what_one_leases_the_other_does_not;
            [shared] time::both_tell_the_same_time;
        }
    };
}
