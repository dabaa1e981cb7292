//! Lists of what is parked that are otherwise than they should be.

use super::{Defect, Place, Waiting, cases, heads, page};
use crate::mutants::mutants;
use factum_core::{
    CheckpointKey, Position,
    quarantine::{Change, ListParked, Parked},
};
use std::collections::BTreeMap;

mutants! {
    lists_lanes_in_the_order_of_a_dictionary, rejected by events_are_listed_by_lane_and_position {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut page = page(all, request);
            page.sort_by_key(|parked| (parked.lane.to_string().to_lowercase(), parked.position));
            page
        }
    }

    /// Rather than of what is printed.
    lists_lanes_in_the_order_of_their_kinds, rejected by events_are_listed_by_lane_and_position {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut page = page(all, request);
            page.sort_by(|a, b| (&a.lane, a.position).cmp(&(&b.lane, b.position)));
            page
        }
    }

    lists_events_by_position, rejected by events_are_listed_by_lane_and_position {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut page = page(all, request);
            page.sort_by_key(|parked| parked.position);
            page
        }
    }

    sorts_positions_as_texts, rejected by events_are_listed_by_lane_and_position {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut page = page(all, request);
            page.sort_by_key(|parked| (parked.lane.to_string(), parked.position.to_string()));
            page
        }
    }

    begins_with_the_event_that_it_should_begin_after, rejected by events_are_listed_in_pages {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            if let Some((_, position)) = &mut request.after {
                *position = Position::new(position.get() - 1);
            }
            page(all, &request)
        }
    }

    begins_after_the_lane_of_the_last_event, rejected by events_are_listed_in_pages {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            if let Some((_, position)) = &mut request.after {
                *position = Position::MAX;
            }
            page(all, &request)
        }
    }

    /// Compares lanes and positions each on their own.
    leaves_out_what_is_earlier_in_later_lanes, rejected by events_are_listed_in_pages {
        fn list(&self, mut all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            if let Some((_, position)) = &request.after {
                all.retain(|parked| parked.position > *position);
            }
            page(all, request)
        }
    }

    begins_only_after_what_is_there, rejected by a_page_begins_after_what_need_not_be_there {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let is_there = request.after.as_ref().is_none_or(|(lane, position)| {
                all.iter().any(|parked| parked.lane == *lane && parked.position == *position)
            });
            if is_there { page(all, request) } else { Vec::new() }
        }
    }

    lists_more_events_than_the_limit, rejected by events_are_listed_in_pages {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            page(all, &request.clone().limit(request.limit.saturating_add(1)))
        }
    }

    takes_no_limit_for_none, rejected by a_thousand_are_listed_unless_asked_otherwise {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            page(all, &request.clone().limit(if request.limit == 0 { usize::MAX } else { request.limit }))
        }
    }

    lists_partition_0_unless_asked_otherwise, rejected by the_events_of_a_partition_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            page(all, &request.clone().partition(request.partition.unwrap_or_default()))
        }
    }

    lists_all_partitions, rejected by the_events_of_a_partition_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            request.partition = None;
            page(all, &request)
        }
    }

    keeps_partitions_in_eight_bits, rejected by the_events_of_a_partition_are_listed {
        fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
            waiting.change_one(&key.clone().partition(key.partition % 256), change);
        }
    }

    lists_all_lanes, rejected by the_events_of_a_lane_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            request.lane = None;
            page(all, &request)
        }
    }

    lists_all_events, rejected by the_lanes_of_an_event_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            request.events = None;
            page(all, &request)
        }
    }

    lists_an_event_in_one_lane, rejected by the_lanes_of_an_event_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            page(all, &request.clone().limit(if request.events.is_some() { 1 } else { request.limit }))
        }
    }

    lists_the_first_of_some_events, rejected by the_events_of_an_append_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            request.events = request.events.map(|(first, _)| (first, first));
            page(all, &request)
        }
    }

    lists_some_events_without_the_last, rejected by the_events_of_an_append_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            request.events = request.events.map(|(first, last)| (first, last.previous().max(first)));
            page(all, &request)
        }
    }

    lists_all_of_a_lane_as_its_heads, rejected by the_heads_of_lanes_are_listed {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            request.heads = false;
            page(all, &request)
        }
    }

    takes_the_last_event_for_the_head, rejected by the_heads_of_lanes_are_listed {
        fn list(&self, mut all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut request = request.clone();
            if request.heads {
                let last: BTreeMap<_, _> = all.drain(..).map(|parked| (parked.lane.to_string(), parked)).collect();
                all = last.into_values().collect();
                request.heads = false;
            }
            page(all, &request)
        }
    }

    /// Takes the first of what is asked for, rather than of the lane.
    looks_for_heads_in_what_is_listed, rejected by what_is_asked_for_holds_together {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let mut every = request.clone();
            (every.heads, every.limit) = (false, usize::MAX);
            let listed = page(all, &every);
            let heads = heads(&listed);
            let is_asked_for =
                |parked: &Parked| !request.heads || heads.contains(&(parked.lane.to_string(), parked.position));
            listed.into_iter().filter(is_asked_for).take(request.limit).collect()
        }
    }

    takes_the_heads_of_a_page, rejected by what_is_asked_for_holds_together {
        fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
            let heads = heads(&all);
            let mut every = request.clone();
            every.heads = false;
            let is_head = |parked: &Parked| heads.contains(&(parked.lane.to_string(), parked.position));
            page(all, &every).into_iter().filter(|parked| !request.heads || is_head(parked)).collect()
        }
    }
}
