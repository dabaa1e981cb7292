//! What somebody is told who looks on.

use super::{Defect, Held, Members, Place, cases};
use crate::mutants::mutants;
use factum_core::lease::{Group, NodeId, Roll};
use std::time::Instant;

mutants! {
    tells_only_groups_that_somebody_runs, rejected by all_groups_are_told_in_order {
        fn tell_groups(&self, groups: &mut Vec<(Group, Roll)>) {
            groups.retain(|(_, roll)| roll.nodes > 0);
        }
    }

    tells_groups_without_regard_to_case, rejected by all_groups_are_told_in_order {
        fn tell_groups(&self, groups: &mut Vec<(Group, Roll)>) {
            groups.sort_by_key(|(group, _)| group.consumer.as_str().to_lowercase());
        }
    }

    counts_nodes_that_have_gone_to_who_looks_on, rejected by leases_are_told_while_they_last {
        fn nodes_told(&self, members: &Members, _: Instant) -> usize {
            members.until.len()
        }
    }

    tells_leases_that_have_ended, rejected by leases_are_told_while_they_last {
        fn holder_told(&self, held: Held, _: Instant) -> Option<NodeId> {
            Some(held.0)
        }
    }

    tells_the_first_group_only, rejected by all_groups_are_told_in_order {
        fn tell_groups(&self, groups: &mut Vec<(Group, Roll)>) {
            groups.truncate(1);
        }
    }
}
