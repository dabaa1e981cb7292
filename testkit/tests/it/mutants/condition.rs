//! Stores that do not check conditions as they should.

use super::{
    defect::{Defect, Outcome, Place},
    mutants,
};
use factum_core::{
    Append, AppendCondition, AppendError, Conflict, EventAppender, EventReader, Position, Query, QueryItem,
    store::ReadLog,
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

mutants! {
    ignores_the_condition, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            append.condition = None;
        }
    }

    ignores_the_condition_of_a_stream_that_is_as_expected, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            if !append.expected.is_empty() {
                append.condition = None;
            }
        }
    }

    ignores_what_the_writer_has_seen, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| condition.after = Position::START);
        }
    }

    looks_one_event_too_late, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| condition.after = condition.after.next());
        }
    }

    looks_one_event_too_early, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| condition.after = Position::new(condition.after.get().saturating_sub(1)));
        }
    }

    looks_only_at_the_first_item, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change(append, |condition| {
                let first = condition.fail_if_events_match.items().first().cloned();
                condition.fail_if_events_match = Query::any_of(first);
            });
        }
    }

    takes_any_tag_for_all_of_them, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change_items(append, |item| {
                let one = |tag: &_| QueryItem { tags: vec![Clone::clone(tag)], ..item.clone() };
                if item.tags.is_empty() { vec![item.clone()] } else { item.tags.iter().map(one).collect() }
            });
        }
    }

    looks_only_at_the_first_tag, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change_items(append, |item| {
                let mut item = item.clone();
                item.tags.truncate(1);
                vec![item]
            });
        }
    }

    forgets_the_types_beside_the_tags, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change_items(append, |item| {
                let mut item = item.clone();
                if !item.tags.is_empty() {
                    item.types.clear();
                }
                vec![item]
            });
        }
    }

    forgets_the_categories, rejected by X {
        fn rewrite(&self, append: &mut Append) {
            change_items(append, |item| {
                let mut item = item.clone();
                item.categories.clear();
                vec![item]
            });
        }
    }

    looks_at_a_stale_snapshot, rejected by X {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            in_two_steps(store, appends, 100).await
        }
    }

    looks_at_the_log_as_it_was_before_the_call, rejected by X {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            in_two_steps(store, appends, 0).await
        }
    }

    says_another_place_than_that_of_the_match, rejected by X {
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

fn change_items(append: &mut Append, with: impl Fn(&QueryItem) -> Vec<QueryItem>) {
    change(append, |condition| {
        let items: Vec<_> = condition.fail_if_events_match.items().iter().flat_map(with).collect();
        condition.fail_if_events_match = Query::any_of(items);
    });
}

/// Checks the conditions of a call, lets others go first so many times, and writes what passed.
async fn in_two_steps(store: &MemoryStore, mut appends: Vec<Append>, others: usize) -> Vec<Outcome> {
    let mut conflicts = Vec::new();
    for append in &mut appends {
        let mut conflict = None;
        if let Some(AppendCondition { fail_if_events_match, after, .. }) = append.condition.take() {
            let page = store.read_log(ReadLog::new(fail_if_events_match).after(after).limit(1)).await.unwrap();
            conflict = page.events.first().map(|event| Conflict::condition(after, event.position));
        }
        conflicts.push(conflict);
    }
    for _ in 0..others {
        tokio::task::yield_now().await;
    }
    let mut outcomes = Vec::new();
    for (append, conflict) in appends.into_iter().zip(conflicts) {
        outcomes.push(match conflict {
            Some(conflict) => Err(conflict.into()),
            None => store.append(vec![append]).await.remove(0),
        });
    }
    outcomes
}
