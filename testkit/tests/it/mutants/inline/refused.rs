//! Stores in which something is left of an append that comes to nothing, or that refuse too much.

use super::{Defect, Outcome, mutants};
use factum_core::{Append, AppendError, EventId, StoreError, projection::ProjectionError};
use std::{collections::HashSet, sync::Mutex};

mutants! {
    changes_read_models_before_it_finds_a_conflict, rejected by a_conflict_changes_nothing {
        fn writes_first(&self) -> bool {
            true
        }
    }

    writes_what_could_not_be_applied, rejected by a_projection_that_fails_fails_its_append {
        fn failed(&self, _: &Append, _: ProjectionError) -> Option<AppendError> {
            None
        }
    }

    calls_what_never_succeeds_worth_another_try, rejected by a_projection_that_fails_fails_its_append {
        fn failed(&self, _: &Append, error: ProjectionError) -> Option<AppendError> {
            Some(StoreError::unavailable("appending", error).into())
        }
    }

    knows_the_ids_of_what_was_refused, keeping Mutex<HashSet<EventId>>, rejected by a_projection_that_fails_fails_its_append {
        fn failed(&self, append: &Append, error: ProjectionError) -> Option<AppendError> {
            self.0.lock().unwrap().extend(append.events.iter().map(|event| event.id));
            Some(StoreError::new("appending", error).into())
        }

        fn refuses(&self, append: &Append) -> Option<AppendError> {
            let known = self.0.lock().unwrap();
            let twice = append.events.iter().map(|event| event.id).find(|id| known.contains(id))?;
            Some(AppendError::DuplicateEvent(twice))
        }
    }

    leaves_what_was_applied_before_another_failed, rejected by a_projection_that_fails_leaves_nothing_of_the_others {
        fn writes_one_by_one(&self) -> bool {
            true
        }
    }

    refuses_a_call_for_one_of_its_appends, rejected by an_append_that_fails_leaves_those_of_its_call {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            if outcomes.iter().any(Result::is_err) {
                outcomes.iter_mut().for_each(|outcome| *outcome = Err(StoreError::closed("appending").into()));
            }
        }
    }

    refuses_what_comes_after_something_refused, keeping Mutex<bool>, rejected by an_append_that_fails_leaves_those_beside_it {
        fn failed(&self, _: &Append, error: ProjectionError) -> Option<AppendError> {
            *self.0.lock().unwrap() = true;
            Some(StoreError::new("appending", error).into())
        }

        fn refuses(&self, _: &Append) -> Option<AppendError> {
            self.0.lock().unwrap().then(|| StoreError::closed("appending").into())
        }
    }
}
