//! Events that are parked otherwise than they should be.

use super::{Defect, Kept, Place, Waiting, cases, page, parked_as};
use crate::mutants::mutants;
use factum_core::{
    CheckpointKey, ConsumerName, LogId,
    checkpoint::{Advance, AdvanceError},
    quarantine::{Change, Failure, Lane, ListParked, Parked},
};
use std::collections::BTreeSet;

mutants! {
    moves_the_checkpoint_and_parks_nothing, rejected by an_event_is_parked_with_all_that_it_came_with {
        fn change(&self, _: &mut Waiting, _: &CheckpointKey, _: Vec<Change>) {}
    }

    parks_and_leaves_the_checkpoint, rejected by the_checkpoint_moves_with_it {
        fn advance(&self, kept: &mut Kept, advance: Advance) -> Result<(), AdvanceError> {
            let moved = kept.moved(&advance)?;
            if advance.quarantine.is_empty() {
                kept.checkpoints.insert(advance.key.clone(), moved);
            }
            kept.waiting.change(&advance.key, advance.quarantine);
            Ok(())
        }
    }

    changes_nothing_where_the_checkpoint_stays, rejected by the_checkpoint_moves_with_it {
        fn advance(&self, kept: &mut Kept, advance: Advance) -> Result<(), AdvanceError> {
            let moved = kept.moved(&advance)?;
            if kept.checkpoints.insert(advance.key.clone(), moved) != Some(moved) {
                kept.waiting.change(&advance.key, advance.quarantine);
            }
            Ok(())
        }
    }

    forgets_the_partition, rejected by an_event_is_parked_with_all_that_it_came_with {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            waiting.change_one(&key.clone().partition(0), change);
        }
    }

    forgets_what_happened, rejected by an_event_is_parked_with_all_that_it_came_with {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| parked.failure = None);
        }
    }

    takes_every_event_for_failed, rejected by an_event_is_parked_with_all_that_it_came_with {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| {
                parked.failure.get_or_insert(Failure::new("", 0));
            });
        }
    }

    keeps_attempts_in_31_bits, rejected by an_event_is_parked_with_all_that_it_came_with {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| {
                parked.failure.iter_mut().for_each(|failure| failure.attempts = failure.attempts.min(i32::MAX as u32));
            });
        }
    }

    takes_the_lane_for_the_stream, rejected by an_event_is_parked_with_all_that_it_came_with {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| {
                if let Lane::Stream(stream) = &parked.lane {
                    parked.stream = stream.clone();
                }
            });
        }
    }

    keeps_finer_times_than_others, rejected by an_event_is_parked_at_a_time_of_the_clock {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| parked.parked_at += chrono::TimeDelta::nanoseconds(1));
        }
    }

    has_parked_everything_in_1970, rejected by an_event_is_parked_at_a_time_of_the_clock {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| parked.parked_at = chrono::DateTime::UNIX_EPOCH);
        }
    }

    parks_an_event_anew, rejected by an_event_is_parked_once {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            if let Change::Park { lane, position, .. } = &change {
                waiting.change_one(key, Change::Release { lane: lane.clone(), position: *position });
            }
            waiting.change_one(key, change);
        }
    }

    parks_an_event_in_one_lane, rejected by an_event_may_wait_in_several_lanes {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match &change {
                Change::Park { position: at, .. } if waiting.0.keys().any(|(.., position)| position == at) => {}
                _ => waiting.change_one(key, change),
            }
        }
    }

    keeps_the_start_of_a_lane, rejected by a_lane_may_be_any_text {
        fn lane(&self, lane: &Lane) -> Lane {
            lane.to_string().chars().take(255).collect::<String>().parse().unwrap()
        }
    }

    takes_documents_for_streams, rejected by lanes_that_are_alike_are_told_apart {
        fn lane(&self, lane: &Lane) -> Lane {
            match lane {
                Lane::Document(key) => key.parse().unwrap_or_else(|_| lane.clone()),
                Lane::Stream(_) => lane.clone(),
            }
        }
    }

    takes_upper_and_lower_case_for_the_same, rejected by lanes_that_are_alike_are_told_apart {
        fn lane(&self, lane: &Lane) -> Lane {
            lane.to_string().to_lowercase().parse().unwrap()
        }
    }

    lists_all_lanes_that_begin_alike, rejected by lanes_that_are_alike_are_told_apart {
        fn list(&self, mut all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            if let Some(lane) = request.lane.take() {
                all.retain(|parked| parked.lane.to_string().starts_with(&lane.to_string()));
            }
            page(all, &request)
        }
    }

    keeps_the_first_line_of_an_error, rejected by an_error_may_be_any_text {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| {
                let first = |failure: &mut Failure| failure.error.truncate(failure.error.find('\n').unwrap_or(1 << 20));
                parked.failure.iter_mut().for_each(first);
            });
        }
    }

    takes_an_empty_error_for_none, rejected by an_error_may_be_any_text {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            parked_as(waiting, key, change, |parked| {
                parked.failure = parked.failure.take().filter(|failure| !failure.error.is_empty());
            });
        }
    }

    parks_a_thousand_of_a_move, rejected by many_events_are_parked_at_once {
        fn change(&self, waiting: &mut Waiting, key: &CheckpointKey, mut changes: Vec<Change>) {
            changes.truncate(1_000);
            waiting.change(key, changes);
        }
    }

    never_lists_more_than_a_thousand, rejected by many_events_are_parked_at_once {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            page(all, &request.clone().limit(request.limit.min(1_000)))
        }
    }

    names_everybody_who_has_a_checkpoint, rejected by nothing_is_parked_at_first {
        fn quarantines(&self, _: &Waiting, keys: Vec<&CheckpointKey>) -> Vec<(ConsumerName, LogId)> {
            let who = keys.into_iter().map(|key| (key.consumer.clone(), key.log));
            who.collect::<BTreeSet<_>>().into_iter().collect()
        }
    }
}
