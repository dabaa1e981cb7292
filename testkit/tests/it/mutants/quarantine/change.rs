//! Events that are released, or fail again, otherwise than they should.

use super::{Defect, Place, Waiting, cases};
use crate::mutants::mutants;
use factum_core::{
    CheckpointKey,
    quarantine::{Change, Lane, Parked},
};

mutants! {
    releases_the_whole_lane, rejected by a_released_event_waits_no_longer {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match change {
                Change::Release { lane, .. } => waiting.0.retain(|_, parked| parked.lane != lane),
                change => waiting.change_one(key, change),
            }
        }
    }

    releases_the_event_from_all_lanes, rejected by a_released_event_waits_no_longer {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match change {
                Change::Release { position, .. } => waiting.0.retain(|_, parked| parked.position != position),
                change => waiting.change_one(key, change),
            }
        }
    }

    releases_what_is_first, rejected by a_released_event_waits_no_longer {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match change {
                Change::Release { lane, .. } => {
                    let first = waiting.0.iter().find(|(_, parked)| parked.lane == lane);
                    if let Some(first) = first.map(|(place, _)| place.clone()) {
                        waiting.0.remove(&first);
                    }
                }
                change => waiting.change_one(key, change),
            }
        }
    }

    keeps_the_first_failure, rejected by a_failure_takes_the_place_of_the_one_before {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            if let Change::Failed { lane, position, mut failure, answers } = change {
                let found = waiting.all(&key.consumer, key.log).into_iter();
                let mut found = found.filter(|parked| parked.lane == lane && parked.position == position);
                failure = found.next().and_then(|parked| parked.failure).unwrap_or(failure);
                waiting.change_one(key, Change::Failed { lane, position, failure, answers });
            } else {
                waiting.change_one(key, change);
            }
        }
    }

    adds_up_attempts, rejected by a_failure_takes_the_place_of_the_one_before {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            if let Change::Failed { lane, position, mut failure, answers } = change {
                let found = waiting.all(&key.consumer, key.log).into_iter();
                let mut found = found.filter(|parked| parked.lane == lane && parked.position == position);
                let before = found.next().and_then(|parked| parked.failure).map_or(0, |failure| failure.attempts);
                failure.attempts = failure.attempts.saturating_add(before);
                waiting.change_one(key, Change::Failed { lane, position, failure, answers });
            } else {
                waiting.change_one(key, change);
            }
        }
    }

    begins_to_wait_anew_after_a_failure, rejected by a_failure_takes_the_place_of_the_one_before {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            let failed = matches!(change, Change::Failed { .. });
            waiting.change_one(key, change);
            if failed {
                waiting.0.values_mut().for_each(|parked| parked.parked_at += chrono::TimeDelta::microseconds(1));
            }
        }
    }

    parks_what_fails, rejected by what_is_not_there_cannot_fail {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            if let Change::Failed { lane: Lane::Stream(stream), position, .. } = &change {
                let (lane, position, stream) = (Lane::Stream(stream.clone()), *position, stream.clone());
                let event_type = "Failed".parse().unwrap();
                waiting.change_one(key, Change::Park { lane, position, stream, event_type, failure: None });
            }
            waiting.change_one(key, change);
        }
    }

    /// As one does that has a statement for each kind.
    releases_before_it_parks, rejected by changes_are_made_in_their_order {
        fn change(&self, waiting: &mut Waiting, key: &CheckpointKey, changes: Vec<Change>) {
            let (released, others) = changes.into_iter().partition(|change| matches!(change, Change::Release { .. }));
            waiting.change(key, released);
            waiting.change(key, others);
        }
    }

    releases_after_it_has_parked, rejected by changes_are_made_in_their_order {
        fn change(&self, waiting: &mut Waiting, key: &CheckpointKey, changes: Vec<Change>) {
            let (released, others) = changes.into_iter().partition(|change| matches!(change, Change::Release { .. }));
            waiting.change(key, others);
            waiting.change(key, released);
        }
    }

    releases_what_is_first_of_a_whole_lane, rejected by a_lane_is_released_as_a_whole {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match change {
                Change::ReleaseAll { lane } => {
                    let all = waiting.all(&key.consumer, key.log);
                    if let Some(first) = all.iter().find(|parked| parked.lane == lane) {
                        waiting.change_one(key, Change::Release { lane, position: first.position });
                    }
                }
                change => waiting.change_one(key, change),
            }
        }
    }

    releases_lanes_that_begin_alike, rejected by a_lane_is_released_as_a_whole {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match change {
                Change::ReleaseAll { lane } => {
                    let is_alike = |parked: &Parked| parked.lane.to_string().starts_with(&lane.to_string());
                    waiting.0.retain(|_, parked| parked.key.consumer != key.consumer || !is_alike(parked));
                }
                change => waiting.change_one(key, change),
            }
        }
    }

    releases_a_lane_of_all_consumers, rejected by a_lane_is_released_as_a_whole {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            match change {
                Change::ReleaseAll { lane } => waiting.0.retain(|_, parked| parked.lane != lane),
                change => waiting.change_one(key, change),
            }
        }
    }
}
