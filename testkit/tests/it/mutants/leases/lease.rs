//! Partitions that are given otherwise than they should be.

use super::{Defect, Held, Members, Place, cases};
use crate::mutants::mutants;
use factum_core::{
    Checkpoint, Position,
    lease::{Group, NodeId},
};
use std::time::Instant;

mutants! {
    gives_a_partition_without_an_epoch_of_its_own, rejected by a_free_partition_is_given {
        fn give(&self, current: Checkpoint, _: bool) -> Checkpoint {
            current
        }
    }

    goes_back_to_the_start_for_a_new_holder, rejected by a_free_partition_is_given {
        fn give(&self, current: Checkpoint, _: bool) -> Checkpoint {
            Checkpoint::new(Position::START, current.epoch.next())
        }
    }

    keeps_the_epoch_of_who_leases_again, rejected by who_has_a_partition_may_lease_it_again {
        fn give(&self, current: Checkpoint, again: bool) -> Checkpoint {
            if again { current } else { Checkpoint::new(current.position, current.epoch.next()) }
        }
    }

    gives_what_somebody_else_has, rejected by what_somebody_else_has_is_not_given {
        fn is_free(&self, _: &Members, _: Option<Held>, _: NodeId, _: Instant) -> bool {
            true
        }
    }

    /// Counts the epoch first, and looks then who has it.
    deposes_a_holder_and_gives_nothing, rejected by what_somebody_else_has_is_not_given {
        fn deny(&self, checkpoint: &mut Checkpoint) {
            checkpoint.epoch = checkpoint.epoch.next();
        }
    }

    waits_for_those_who_have_gone, rejected by a_lease_that_has_ended_is_given_to_others {
        fn is_free(&self, _: &Members, held: Option<Held>, node: NodeId, _: Instant) -> bool {
            held.is_none_or(|held| held.0 == node)
        }
    }

    refuses_who_has_a_partition_already, rejected by who_has_a_partition_may_lease_it_again {
        fn is_free(&self, _: &Members, held: Option<Held>, _: NodeId, now: Instant) -> bool {
            held.is_none_or(|held| held.1 <= now)
        }
    }

    gives_partitions_only_to_who_has_beaten, rejected by a_node_leases_without_a_beat_of_its_own {
        fn is_there(&self, members: &Members, group: &Group, partition: u16, node: NodeId) -> bool {
            let is_part = members.partitions == group.partitions && partition < members.partitions;
            is_part && members.until.contains_key(&node)
        }
    }

    gives_a_partition_that_is_not_there, rejected by a_partition_that_is_not_there_is_not_given {
        fn is_there(&self, members: &Members, group: &Group, _: u16, _: NodeId) -> bool {
            members.partitions == group.partitions
        }
    }

    gives_partitions_to_who_never_beat, rejected by what_has_never_beaten_leases_nothing {
        fn needs_no_beat(&self) -> bool {
            true
        }
    }

    looks_and_gives_in_two_steps, rejected by of_many_at_once_one_is_given_a_partition {
        fn lets_others_between(&self) -> bool {
            true
        }
    }

    /// To share them fairly, rather than wait until it is given back.
    takes_from_those_who_have_more, rejected by many_partitions_among_many_nodes_have_one_holder_each {
        fn is_free(&self, members: &Members, held: Option<Held>, node: NodeId, _: Instant) -> bool {
            let count = |node| members.leases.values().filter(|held| held.0 == node).count();
            held.is_none_or(|held| held.0 == node || count(held.0) >= count(node))
        }
    }
}
