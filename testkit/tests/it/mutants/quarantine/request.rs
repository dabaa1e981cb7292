//! Requests that are otherwise than they should be.

use super::{Defect, Place, Waiting, cases, request_heads};
use crate::mutants::mutants;
use factum_core::{
    CheckpointKey, Position,
    quarantine::{Asked, Change, Lane, Parked, Request},
};

mutants! {
    requests_something_for_every_event, rejected by a_request_is_for_the_first_event_of_a_lane {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            let of = all.iter_mut().filter(|parked| lane.is_none_or(|lane| *lane == parked.lane));
            let of = of.filter(|parked| first.is_none_or(|first| parked.position >= first));
            let of = of.map(|parked| parked.request = Some(Asked::instead_of(parked.request, request)));
            of.count()
        }
    }

    forgets_what_was_requested, rejected by a_request_is_for_the_first_event_of_a_lane {
        fn requests(&self, all: Vec<Parked>, partition: u16) -> Vec<(Lane, Position, Asked)> {
            let here = all.into_iter().filter(|parked| parked.key.partition == partition);
            let asked = here.filter(|parked| parked.request.is_some());
            asked.map(|parked| (parked.lane, parked.position, Asked::new(Request::Retry, 0))).collect()
        }
    }

    counts_events_for_lanes, rejected by a_request_may_be_for_all_lanes {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            let count = all.iter().filter(|parked| lane.is_none() || lane == Some(&parked.lane)).count();
            let heads = request_heads(all, lane, first, request);
            if lane.is_none() { count } else { heads }
        }
    }

    requests_something_for_partition_0, rejected by a_request_may_be_for_all_lanes {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            let zero = all.iter_mut().filter(|parked| lane.is_some() || parked.key.partition == 0);
            let mut zero: Vec<&mut Parked> = zero.map(|parked| &mut **parked).collect();
            request_heads(&mut zero, lane, first, request)
        }
    }

    takes_a_lane_that_is_not_there_for_all, rejected by where_nothing_waits_nothing_is_requested {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            let lane = lane.filter(|lane| all.iter().any(|parked| parked.lane == **lane));
            request_heads(all, lane, first, request)
        }
    }

    keeps_the_first_request, rejected by a_later_request_takes_the_place_of_one_before {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            let before: Vec<_> = all.iter().map(|parked| parked.request).collect();
            let lanes = request_heads(all, lane, first, request);
            all.iter_mut().zip(before).for_each(|(parked, before)| parked.request = before.or(parked.request));
            lanes
        }
    }

    tells_every_partition_of_all_requests, rejected by a_request_is_read_in_its_partition {
        fn requests(&self, all: Vec<Parked>, _: u16) -> Vec<(Lane, Position, Asked)> {
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

    a_failure_ends_whatever_was_requested, rejected by what_was_requested_since_stays {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            if let Change::Failed { lane, position, failure, .. } = change {
                let of = waiting.0.values().find(|parked| parked.lane == lane && parked.position == position);
                let answers = of.and_then(|parked| parked.request);
                waiting.change_one(key, Change::Failed { lane, position, failure, answers });
            } else {
                waiting.change_one(key, change);
            }
        }
    }

    tells_requests_apart_by_their_kind, rejected by what_was_requested_since_stays {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            let lanes = request_heads(all, lane, first, request);
            for asked in all.iter_mut().filter_map(|parked| parked.request.as_mut()) {
                asked.number = 0;
            }
            lanes
        }
    }

    /// So another event is left out than the one that was looked at.
    requests_it_for_whatever_is_first, rejected by a_request_may_name_the_first_event {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, _: Option<Position>, request: Request,
        ) -> usize {
            request_heads(all, lane, None, request)
        }
    }

    requests_it_for_the_event_wherever_it_is, rejected by a_request_may_name_the_first_event {
        fn request(
            &self, all: &mut [&mut Parked], lane: Option<&Lane>, first: Option<Position>, request: Request,
        ) -> usize {
            if first.is_none() {
                return request_heads(all, lane, first, request);
            }
            let of = all.iter_mut().filter(|parked| lane.is_none_or(|lane| *lane == parked.lane));
            let of = of.filter(|parked| first == Some(parked.position));
            of.map(|parked| parked.request = Some(Asked::instead_of(parked.request, request))).count()
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
