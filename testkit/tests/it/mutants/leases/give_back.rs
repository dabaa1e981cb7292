//! Leases that end otherwise than they should.

use super::{Defect, GroupKey, Kept, Members, Place, cases};
use crate::mutants::mutants;
use factum_core::lease::NodeId;
use std::time::Instant;

mutants! {
    waits_for_the_end_of_what_is_given_back, rejected by what_is_given_back_is_free {
        fn release(&self, _: &mut Members, _: u16, _: NodeId) {}
    }

    lets_anybody_give_it_back, rejected by nobody_gives_back_what_others_have {
        fn release(&self, members: &mut Members, partition: u16, _: NodeId) {
            members.leases.remove(&partition);
        }
    }

    lets_others_give_back_what_has_ended, rejected by nobody_gives_back_what_others_have {
        fn release(&self, members: &mut Members, partition: u16, node: NodeId) {
            let now = Instant::now();
            members.leases.retain(|n, held| *n != partition || (held.0 != node && held.1 > now));
        }
    }

    gives_everything_back, rejected by one_partition_is_given_back {
        fn release(&self, members: &mut Members, _: u16, node: NodeId) {
            members.leases.retain(|_, held| held.0 != node);
        }
    }

    keeps_what_the_gone_have, rejected by who_leaves_gives_back_everything {
        fn leave(&self, kept: &mut Kept, place: &GroupKey, node: NodeId) {
            kept.groups.get_mut(place).map(|members| members.until.remove(&node));
        }
    }

    frees_everything_when_one_leaves, rejected by who_leaves_gives_back_everything {
        fn leave(&self, kept: &mut Kept, place: &GroupKey, node: NodeId) {
            let Some(members) = kept.groups.get_mut(place) else { return };
            members.until.remove(&node);
            members.leases.clear();
        }
    }

    counts_the_gone, rejected by who_leaves_is_not_counted {
        fn leave(&self, kept: &mut Kept, place: &GroupKey, node: NodeId) {
            let Some(members) = kept.groups.get_mut(place) else { return };
            members.leases.retain(|_, held| held.0 != node);
        }
    }

    lets_a_node_leave_all_groups, rejected by a_node_leaves_one_group {
        fn leave(&self, kept: &mut Kept, _: &GroupKey, node: NodeId) {
            for members in kept.groups.values_mut() {
                members.until.remove(&node);
                members.leases.retain(|_, held| held.0 != node);
            }
        }
    }

    leaves_the_lease_when_it_is_claimed, rejected by a_claim_ends_the_lease {
        fn claim(&self, _: &mut Members, _: u16) {}
    }

    frees_all_partitions_when_one_is_claimed, rejected by a_claim_ends_the_lease {
        fn claim(&self, members: &mut Members, _: u16) {
            members.leases.clear();
        }
    }

    leaves_the_lease_when_it_is_reset, rejected by a_reset_ends_the_lease {
        fn reset(&self, _: &mut Members, _: u16) {}
    }
}
