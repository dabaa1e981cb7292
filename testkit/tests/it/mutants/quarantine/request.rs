//! Requests that are otherwise than they should be.

use super::{Defect, Place, Waiting, cases, request_heads};
use crate::mutants::mutants;
use factum_core::{
    CheckpointKey, Position,
    quarantine::{Change, Lane, Parked, Request},
};

mutants! {
    requests_something_for_every_event, rejected by a_request_is_for_the_first_event_of_a_lane {
        fn request(&self, all: &mut [&mut Parked], lane: Option<&Lane>, request: Request) -> usize {
            let of = all.iter_mut().filter(|parked| lane.is_none_or(|lane| *lane == parked.lane));
            let of = of.map(|parked| parked.request = Some(request));
            of.count()
        }
    }

    forgets_what_was_requested, rejected by a_request_is_for_the_first_event_of_a_lane {
        fn requests(&self, all: Vec<Parked>, partition: u16) -> Vec<(Lane, Position, Request)> {
            let here = all.into_iter().filter(|parked| parked.key.partition == partition);
            let asked = here.filter(|parked| parked.request.is_some());
            asked.map(|parked| (parked.lane, parked.position, Request::Retry)).collect()
        }
    }

    counts_events_for_lanes, rejected by a_request_may_be_for_all_lanes {
        fn request(&self, all: &mut [&mut Parked], lane: Option<&Lane>, request: Request) -> usize {
            let count = all.iter().filter(|parked| lane.is_none() || lane == Some(&parked.lane)).count();
            let heads = request_heads(all, lane, request);
            if lane.is_none() { count } else { heads }
        }
    }

    requests_something_for_partition_0, rejected by a_request_may_be_for_all_lanes {
        fn request(&self, all: &mut [&mut Parked], lane: Option<&Lane>, request: Request) -> usize {
            let zero = all.iter_mut().filter(|parked| lane.is_some() || parked.key.partition == 0);
            let mut zero: Vec<&mut Parked> = zero.map(|parked| &mut **parked).collect();
            request_heads(&mut zero, lane, request)
        }
    }

    takes_a_lane_that_is_not_there_for_all, rejected by where_nothing_waits_nothing_is_requested {
        fn request(&self, all: &mut [&mut Parked], lane: Option<&Lane>, request: Request) -> usize {
            let lane = lane.filter(|lane| all.iter().any(|parked| parked.lane == **lane));
            request_heads(all, lane, request)
        }
    }

    keeps_the_first_request, rejected by a_later_request_takes_the_place_of_one_before {
        fn request(&self, all: &mut [&mut Parked], lane: Option<&Lane>, request: Request) -> usize {
            let before: Vec<_> = all.iter().map(|parked| parked.request).collect();
            let lanes = request_heads(all, lane, request);
            all.iter_mut().zip(before).for_each(|(parked, before)| parked.request = before.or(parked.request));
            lanes
        }
    }

    tells_every_partition_of_all_requests, rejected by a_request_is_read_in_its_partition {
        fn requests(&self, all: Vec<Parked>, _: u16) -> Vec<(Lane, Position, Request)> {
            all.into_iter().filter_map(|parked| Some((parked.lane, parked.position, parked.request?))).collect()
        }
    }

    /// So it is tried for ever.
    requests_it_still_after_a_failure, rejected by a_failure_ends_the_request {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            let before: Vec<_> = waiting.0.values().map(|parked| parked.request).collect();
            let failed = matches!(change, Change::Failed { .. });
            waiting.change_one(key, change);
            if failed {
                waiting.0.values_mut().zip(before).for_each(|(parked, before)| parked.request = before);
            }
        }
    }

    a_failure_ends_all_requests_of_a_consumer, rejected by a_failure_ends_the_request {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            let failed = matches!(change, Change::Failed { .. });
            waiting.change_one(key, change);
            if failed {
                waiting.0.values_mut().for_each(|parked| parked.request = None);
            }
        }
    }

    /// So what is skipped is more than the first.
    hands_a_request_on_to_the_next_event, rejected by a_request_ends_with_its_event {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            if let Change::Release { lane, position } = &change {
                let mut of = waiting.0.values_mut().filter(|parked| parked.lane == *lane);
                let first = of.next().filter(|parked| parked.position == *position);
                if let (Some(first), Some(next)) = (first, of.next()) {
                    next.request = first.request;
                }
            }
            waiting.change_one(key, change);
        }
    }
}
