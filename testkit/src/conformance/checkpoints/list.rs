/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_checkpoints_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] keep::what_was_never_claimed_is_not_there;
            [] keep::the_first_claim_begins_at_the_start;
            [] keep::a_checkpoint_moves_forward;
            [] keep::a_checkpoint_may_stay_where_it_is;
            [] keep::a_checkpoint_never_moves_back;
            [] keep::a_checkpoint_may_be_at_the_largest_position;
            [] keep::moves_at_once_end_at_the_farthest;
            [] keep::consumers_have_checkpoints_of_their_own;
            [] keep::partitions_have_checkpoints_of_their_own;
            [] keep::logs_have_checkpoints_of_their_own;
            [] keep::a_consumer_may_have_any_name;
            [] keep::the_logs_of_a_consumer_are_listed;
            [] owner::a_claim_keeps_the_position;
            [] owner::the_epoch_grows_with_every_claim;
            [] owner::a_deposed_owner_cannot_move_it;
            [] owner::an_owner_to_come_cannot_move_it;
            [] owner::what_was_never_claimed_cannot_be_moved;
            [] owner::an_owner_of_one_partition_owns_no_other;
            [] owner::claims_at_once_have_different_epochs;
            [] owner::no_move_of_a_deposed_owner_comes_after_the_claim;
            [] reset::a_reset_goes_back_to_the_start;
            [] reset::a_reset_deposes_the_owner;
            [] reset::what_was_never_claimed_can_be_reset;
            [] reset::a_reset_is_of_one_checkpoint;
            [persistent] survive::checkpoints_survive;
            [persistent] survive::owners_stay_deposed;
            [shared] survive::a_claim_deposes_the_owner_of_the_other;
        }
    };
}
