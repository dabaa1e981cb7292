/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_snapshots_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] keep::a_snapshot_that_was_never_saved_is_not_there;
            [] keep::a_saved_snapshot_is_found;
            [] keep::a_newer_snapshot_replaces_an_older_one;
            [] keep::an_older_snapshot_changes_nothing;
            [] keep::a_snapshot_of_the_same_version_may_be_saved_again;
            [] keep::a_snapshot_of_another_schema_is_not_found;
            [] keep::snapshots_of_several_schemas_are_kept;
            [] keep::snapshots_of_several_streams_are_kept;
            [] keep::states_come_back_to_the_byte;
            [] keep::a_large_state_comes_back;
            [] keep::the_largest_version_and_the_longest_name_come_back;
            [] keep::the_snapshots_of_a_stream_can_be_forgotten;
            [] keep::a_snapshot_can_be_saved_after_it_was_forgotten;
            [] keep::nothing_can_be_forgotten;
            [] keep::of_snapshots_saved_at_once_the_newest_stays;
            [persistent] survive::snapshots_survive;
            [shared] survive::one_finds_what_the_other_saved;
        }
    };
}
