//! Stores that do not check conditions as they should.

use super::{
    defect::{Defect, Outcome, Place},
    misread, mutants, others_go_first,
};
use factum_core::{
    Append, AppendCondition, AppendError, Conflict, EventAppender, EventReader, Position, store::ReadLog,
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

mutants! {
    ignores_the_condition, rejected by a_matching_event_is_a_conflict {
        fn rewrite(&self, append: &mut Append) {
            append.condition = None;
        }
    }

    ignores_the_condition_of_a_stream_that_is_as_expected, rejected by a_condition_and_an_expectation_are_both_checked {
        fn rewrite(&self, append: &mut Append) {
            if !append.expected.is_empty() {
                append.condition = None;
            }
        }
    }

    ignores_what_the_writer_has_seen, rejected by what_the_writer_has_seen_does_not_matter {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| condition.after = Position::START);
        }
    }

    looks_one_event_too_late, rejected by a_matching_event_is_a_conflict {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| condition.after = condition.after.next());
        }
    }

    looks_one_event_too_early, rejected by what_the_writer_has_seen_does_not_matter {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| condition.after = Position::new(condition.after.get().saturating_sub(1)));
        }
    }

    looks_only_at_the_first_item, rejected by a_condition_needs_one_of_its_items {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| misread::only_the_first_item(&mut condition.fail_if_events_match));
        }
    }

    looks_only_at_the_first_type, rejected by a_condition_finds_a_type {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| misread::only_the_first_type(&mut condition.fail_if_events_match));
        }
    }

    looks_only_at_the_first_tag, rejected by a_condition_needs_all_tags_of_an_item {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| misread::only_the_first_tag(&mut condition.fail_if_events_match));
        }
    }

    takes_any_tag_for_all_of_them, rejected by a_condition_needs_all_tags_of_an_item {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| misread::any_tag_for_all(&mut condition.fail_if_events_match));
        }
    }

    forgets_the_types_beside_the_tags, rejected by a_condition_needs_all_parts_of_an_item {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| misread::tags_without_types(&mut condition.fail_if_events_match));
        }
    }

    forgets_the_categories, rejected by a_condition_finds_a_category {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| misread::without_categories(&mut condition.fail_if_events_match));
        }
    }

    looks_at_a_stale_snapshot, rejected by one_of_many_writers_meets_a_condition {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            in_two_steps(store, appends, others_go_first).await
        }
    }

    looks_at_the_log_as_it_was_before_the_call, rejected by a_condition_sees_the_earlier_appends_of_its_call {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            in_two_steps(store, appends, || async {}).await
        }
    }

    says_another_place_than_that_of_the_match, rejected by a_condition_conflict_says_which_event_matched {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            for outcome in outcomes {
                if let Err(AppendError::Conflict(Conflict::Condition { after, position, .. })) = outcome {
                    *position = *after;
                }
            }
        }
    }
}

fn change(append: &mut Append, change: impl FnOnce(&mut AppendCondition)) {
    if let Some(condition) = &mut append.condition {
        change(condition);
    }
}

/// Checks the conditions of a call, does something else, and writes what passed.
async fn in_two_steps<W: Future<Output = ()>>(
    store: &MemoryStore,
    mut appends: Vec<Append>,
    between: impl Fn() -> W,
) -> Vec<Outcome> {
    let mut conflicts = Vec::new();
    for append in &mut appends {
        let mut conflict = None;
        if let Some(AppendCondition { fail_if_events_match, after, .. }) = append.condition.take() {
            let page =
                store.read_log(ReadLog::new(fail_if_events_match).after(after).limit(1)).await.unwrap();
            conflict = page.events.first().map(|event| Conflict::condition(after, event.position));
        }
        conflicts.push(conflict);
    }
    between().await;
    let mut outcomes = Vec::new();
    for (append, conflict) in appends.into_iter().zip(conflicts) {
        outcomes.push(match conflict {
            Some(conflict) => Err(conflict.into()),
            None => store.append(vec![append]).await.remove(0),
        });
    }
    outcomes
}
