/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_documents_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] keep::a_new_collection_is_empty;
            [] keep::a_collection_can_be_prepared_again;
            [] keep::documents_are_found_at_the_index_of_their_keys;
            [] keep::a_document_is_replaced;
            [] keep::a_document_is_removed;
            [] keep::documents_are_listed_in_the_order_of_their_keys;
            [] keep::documents_are_listed_in_pages;
            [] keep::collections_are_told_apart;
            [] keep::keys_of_any_text_are_kept;
            [] keep::bodies_come_back_to_the_byte;
            [] keep::many_changes_are_made_at_once;
            [] keep::consumers_do_not_disturb_each_other;
            [] commit::work_and_checkpoint_are_committed_together;
            [] commit::a_checkpoint_moves_without_changes;
            [] commit::a_deposed_owner_has_no_effect;
            [] commit::a_move_back_has_no_effect;
            [] commit::who_never_claimed_has_no_effect;
            [] commit::documents_and_quarantine_are_committed_together;
            [] commit::a_refused_commit_changes_nothing_in_quarantine;
            [] commit::a_commit_that_fails_changes_nothing;
            [] commit::commits_at_once_are_whole;
            [] repairs::what_is_asked_for_is_listed;
            [] repairs::what_is_done_is_forgotten;
            [] repairs::why_it_could_not_be_done_is_kept;
            [] repairs::a_document_is_asked_for_once;
            [] repairs::those_that_have_failed_come_last;
            [] repairs::consumers_and_logs_are_asked_apart;
            [] generations::a_generation_that_is_not_needed_is_removed;
            [] generations::one_that_is_needed_stays;
            [] generations::one_that_a_node_runs_stays;
            [persistent] survive::documents_survive;
            [persistent] survive::what_is_asked_for_survives;
            [shared] survive::one_reads_what_the_other_committed;
        }
    };
}
