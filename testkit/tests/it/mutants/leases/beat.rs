//! Beats that do otherwise than they should.

use super::{Defect, Held, Kept, Members, Place, cases};
use crate::mutants::mutants;
use factum_core::{
    Checkpoint,
    checkpoint::Epoch,
    lease::{Group, Lease, NodeId},
};
use std::{
    collections::BTreeSet,
    sync::Mutex,
    time::{Duration, Instant},
};

mutants! {
    makes_no_checkpoints, rejected by the_first_beat_makes_the_checkpoints {
        fn begin(&self, _: &Group) -> Option<Checkpoint> {
            None
        }
    }

    begins_with_the_epoch_of_an_owner, rejected by the_first_beat_makes_the_checkpoints {
        fn begin(&self, group: &Group) -> Option<Checkpoint> {
            Some(Checkpoint::new(group.start, Epoch::new(1)))
        }
    }

    begins_at_the_start_wherever_it_should, rejected by the_first_beat_says_where_the_group_begins {
        fn begin(&self, _: &Group) -> Option<Checkpoint> {
            Some(Checkpoint::default())
        }
    }

    goes_to_where_every_beat_says, rejected by the_first_beat_says_where_the_group_begins {
        fn tell(&self, kept: &mut Kept, group: &Group, leases: &mut Vec<Lease>) {
            for (partition, lease) in (0..).zip(leases) {
                lease.checkpoint.position = lease.checkpoint.position.max(group.start);
                kept.checkpoints.insert(group.key(partition), lease.checkpoint);
            }
        }
    }

    does_not_count_who_asks, rejected by a_node_counts_itself {
        fn count(&self, members: &Members, _: NodeId, now: Instant) -> usize {
            members.until.values().filter(|until| **until > now).count()
        }
    }

    counts_beats, keeping Mutex<usize>, rejected by a_node_counts_itself {
        fn count(&self, _: &Members, _: NodeId, _: Instant) -> usize {
            let mut beats = self.0.lock().unwrap();
            *beats += 1;
            *beats
        }
    }

    counts_only_who_has_something, rejected by nodes_that_are_there_are_counted {
        fn count(&self, members: &Members, node: NodeId, now: Instant) -> usize {
            let holders = members.leases.values().filter(|held| held.1 > now).map(|held| held.0);
            holders.chain([node]).collect::<BTreeSet<_>>().len()
        }
    }

    counts_whoever_was_there, rejected by a_node_whose_time_is_over_is_not_counted {
        fn count(&self, members: &Members, _: NodeId, _: Instant) -> usize {
            members.until.len()
        }
    }

    believes_what_a_node_said_first, rejected by a_node_is_there_for_as_long_as_it_said_last {
        fn join(&self, members: &mut Members, node: NodeId, end: Instant) {
            members.until.entry(node).or_insert(end);
        }
    }

    /// As one does that takes the later of two times, since clocks may go back.
    never_believes_in_less_time, rejected by a_node_is_there_for_as_long_as_it_said_last {
        fn join(&self, members: &mut Members, node: NodeId, end: Instant) {
            members.until.entry(node).and_modify(|until| *until = end.max(*until)).or_insert(end);
        }
    }

    tells_a_node_only_of_itself, rejected by a_beat_tells_who_has_what {
        fn holder(&self, held: Held, node: NodeId, _: Instant) -> Option<NodeId> {
            (held.0 == node).then_some(node)
        }
    }

    tells_first_what_somebody_has, rejected by a_beat_tells_who_has_what {
        fn tell(&self, _: &mut Kept, _: &Group, leases: &mut Vec<Lease>) {
            leases.sort_by_key(|lease| lease.holder.is_none());
        }
    }

    tells_only_where_leased_partitions_are, rejected by a_beat_tells_where_the_checkpoints_are {
        fn tell(&self, _: &mut Kept, _: &Group, leases: &mut Vec<Lease>) {
            leases.iter_mut().filter(|lease| lease.holder.is_none()).for_each(|lease| *lease = Lease::default());
        }
    }

    deposes_holders_by_their_own_beats, rejected by a_beat_moves_no_checkpoint {
        fn tell(&self, kept: &mut Kept, group: &Group, leases: &mut Vec<Lease>) {
            for (partition, lease) in (0..).zip(leases).filter(|(_, lease)| lease.holder.is_some()) {
                let epoch = lease.checkpoint.epoch.next();
                kept.checkpoints.insert(group.key(partition), Checkpoint::new(lease.checkpoint.position, epoch));
            }
        }
    }

    names_the_holder_of_a_lease_that_has_ended, rejected by a_lease_that_has_ended_is_told_to_nobody_else {
        fn holder(&self, held: Held, _: NodeId, _: Instant) -> Option<NodeId> {
            Some(held.0)
        }
    }

    extends_nothing, rejected by a_beat_extends_what_the_node_has {
        fn renew(&self, _: &mut Members, _: NodeId, _: Instant) {}
    }

    /// So a node that was held up for a moment loses what nobody else wants.
    extends_only_what_has_not_ended, rejected by a_beat_extends_what_the_node_has {
        fn renew(&self, members: &mut Members, node: NodeId, end: Instant) {
            let now = Instant::now();
            let mine = members.leases.values_mut().filter(|held| held.0 == node && held.1 > now);
            mine.for_each(|held| held.1 = end);
        }
    }

    extends_the_first_that_a_node_has, rejected by a_beat_extends_what_the_node_has {
        fn renew(&self, members: &mut Members, node: NodeId, end: Instant) {
            members.leases.values_mut().filter(|held| held.0 == node).take(1).for_each(|held| held.1 = end);
        }
    }

    extends_the_leases_of_everybody, rejected by a_beat_extends_nothing_else {
        fn renew(&self, members: &mut Members, _: NodeId, end: Instant) {
            members.leases.values_mut().for_each(|held| held.1 = end);
        }
    }

    has_a_clock_that_ends, rejected by a_node_may_be_there_for_ever {
        fn end(&self, now: Instant, ttl: Duration) -> Instant {
            now + ttl
        }
    }

    frees_what_those_have_who_never_beat, rejected by a_beat_tells_who_has_what {
        fn renew(&self, members: &mut Members, node: NodeId, end: Instant) {
            let now = Instant::now();
            let is_there = |node| members.until.get(&node).is_some_and(|until| *until > now);
            members.leases.retain(|_, held| is_there(held.0));
            members.leases.values_mut().filter(|held| held.0 == node).for_each(|held| held.1 = end);
        }
    }
}
