//! Quarantines that are not apart, change when they should not, or are not kept.

use super::{Defect, Kept, Place, Waiting, cases};
use crate::mutants::mutants;
use factum_core::{
    CheckpointKey, ConsumerName, LogId,
    checkpoint::{Advance, AdvanceError},
    quarantine::Change,
};
use std::{collections::BTreeSet, sync::Mutex};

mutants! {
    /// Looks at the epoch when it writes the checkpoint, which is after the changes.
    makes_the_changes_of_a_deposed_owner, rejected by a_deposed_owner_changes_nothing {
        fn advance(&self, kept: &mut Kept, advance: Advance) -> Result<(), AdvanceError> {
            kept.waiting.change(&advance.key, advance.quarantine.clone());
            let moved = kept.moved(&advance)?;
            kept.checkpoints.insert(advance.key, moved);
            Ok(())
        }
    }

    makes_the_changes_of_a_move_back, rejected by a_move_back_changes_nothing {
        fn advance(&self, kept: &mut Kept, advance: Advance) -> Result<(), AdvanceError> {
            let moved = kept.moved(&advance);
            if !matches!(moved, Err(AdvanceError::Fenced { .. })) {
                kept.waiting.change(&advance.key, advance.quarantine);
            }
            kept.checkpoints.insert(advance.key, moved?);
            Ok(())
        }
    }

    parks_for_who_never_claimed, rejected by who_never_claimed_changes_nothing {
        fn advance(&self, kept: &mut Kept, advance: Advance) -> Result<(), AdvanceError> {
            if !kept.checkpoints.contains_key(&advance.key) {
                kept.waiting.change(&advance.key, advance.quarantine.clone());
            }
            let moved = kept.moved(&advance)?;
            kept.waiting.change(&advance.key, advance.quarantine);
            kept.checkpoints.insert(advance.key, moved);
            Ok(())
        }
    }

    names_a_consumer_for_each_lane, rejected by who_has_something_is_listed {
        fn quarantines(&self, all: &Waiting, _: Vec<&CheckpointKey>) -> Vec<(ConsumerName, LogId)> {
            all.0.values().map(|parked| (parked.key.consumer.clone(), parked.key.log)).collect()
        }
    }

    names_who_had_something, keeping Mutex<BTreeSet<(ConsumerName, LogId)>>, rejected by who_has_something_is_listed {
        fn change(&self, waiting: &mut Waiting, key: &CheckpointKey, changes: Vec<Change>) {
            if !changes.is_empty() {
                self.0.lock().unwrap().insert((key.consumer.clone(), key.log));
            }
            waiting.change(key, changes);
        }

        fn quarantines(&self, _: &Waiting, _: Vec<&CheckpointKey>) -> Vec<(ConsumerName, LogId)> {
            self.0.lock().unwrap().iter().cloned().collect()
        }
    }

    has_one_quarantine_for_all_logs, rejected by logs_have_quarantines_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            CheckpointKey::new(key.consumer.clone(), LogId(Default::default())).partition(key.partition)
        }
    }

    takes_consumers_that_are_alike_for_the_same, rejected by consumers_have_quarantines_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            let consumer = key.consumer.as_str().to_lowercase().parse().unwrap();
            CheckpointKey::new(consumer, key.log).partition(key.partition)
        }
    }

    loses_what_is_parked_when_it_is_closed, rejected by what_is_parked_survives {
        fn open(&self, kept: &mut Kept) {
            kept.waiting.0.clear();
        }
    }

    loses_requests_when_it_is_closed, rejected by what_is_parked_survives {
        fn open(&self, kept: &mut Kept) {
            kept.waiting.0.values_mut().for_each(|parked| parked.request = None);
        }
    }
}
