//! Groups that are otherwise than they should be, or are not kept.

use super::{Defect, GroupKey, Kept, Members, Place, cases};
use crate::mutants::mutants;
use factum_core::{
    ConsumerName, LogId,
    lease::{Group, Lease, NodeId},
};
use std::time::Instant;

mutants! {
    lets_everybody_have_another_number, rejected by the_number_of_partitions_cannot_change {
        fn is_refused(&self, _: u16, _: &Group) -> bool {
            false
        }
    }

    refuses_only_larger_numbers, rejected by the_number_of_partitions_cannot_change {
        fn is_refused(&self, found: u16, group: &Group) -> bool {
            group.partitions > found
        }
    }

    counts_who_was_refused, rejected by a_node_that_is_refused_is_not_counted {
        fn refuse(&self, members: &mut Members, node: NodeId, end: Instant) {
            members.until.insert(node, end);
        }
    }

    extends_what_the_refused_have, rejected by the_number_of_partitions_cannot_change {
        fn refuse(&self, members: &mut Members, node: NodeId, end: Instant) {
            self.renew(members, node, end);
        }
    }

    gives_partitions_by_another_number, rejected by nothing_is_leased_with_another_number {
        fn is_there(&self, members: &Members, _: &Group, partition: u16, _: NodeId) -> bool {
            partition < members.partitions
        }
    }

    parts_what_has_moved_alone, rejected by a_consumer_that_has_moved_alone_has_one_partition {
        fn found(&self, _: &Kept, group: &Group) -> u16 {
            group.partitions
        }
    }

    takes_a_claim_for_a_move, rejected by a_consumer_that_was_only_claimed_can_be_parted {
        fn found(&self, kept: &Kept, group: &Group) -> u16 {
            if kept.checkpoints.contains_key(&group.key(0)) { 1 } else { group.partitions }
        }
    }

    tells_of_all_checkpoints, rejected by checkpoints_that_are_not_of_the_group_are_not_told {
        fn tell(&self, kept: &mut Kept, group: &Group, leases: &mut Vec<Lease>) {
            let of = kept.checkpoints.iter().filter(|(key, _)| key.log == group.log && key.consumer == group.consumer);
            let others = of.filter(|(key, _)| key.partition >= group.partitions);
            leases.extend(others.map(|(_, checkpoint)| Lease::new(*checkpoint, None)));
        }
    }

    has_one_group_for_all_logs, rejected by logs_are_shared_apart {
        fn place(&self, consumer: &ConsumerName, _: LogId) -> GroupKey {
            (consumer.to_string(), LogId(Default::default()))
        }
    }

    takes_upper_and_lower_case_for_the_same, rejected by consumers_share_apart {
        fn place(&self, consumer: &ConsumerName, log: LogId) -> GroupKey {
            (consumer.as_str().to_lowercase(), log)
        }
    }

    tells_partitions_in_the_order_of_texts, rejected by many_partitions_are_told_by_number {
        fn tell(&self, _: &mut Kept, _: &Group, leases: &mut Vec<Lease>) {
            let mut numbered: Vec<_> = leases.drain(..).enumerate().collect();
            numbered.sort_by_key(|(number, _)| number.to_string());
            leases.extend(numbered.into_iter().map(|(_, lease)| lease));
        }
    }

    tells_only_of_a_thousand_partitions, rejected by many_partitions_are_told_by_number {
        fn tell(&self, _: &mut Kept, _: &Group, leases: &mut Vec<Lease>) {
            leases.truncate(1_000);
        }
    }

    loses_leases_when_it_is_closed, rejected by leases_survive {
        fn open(&self, kept: &mut Kept) {
            kept.groups.values_mut().for_each(|members| members.leases.clear());
        }
    }

    takes_every_lease_for_ended_when_it_is_opened, rejected by leases_survive {
        fn open(&self, kept: &mut Kept) {
            let now = Instant::now();
            kept.groups.values_mut().flat_map(|members| members.leases.values_mut()).for_each(|held| held.1 = now);
        }
    }

    loses_groups_when_it_is_closed, rejected by groups_survive {
        fn open(&self, kept: &mut Kept) {
            kept.groups.clear();
        }
    }

    loses_its_nodes_when_it_is_closed, rejected by groups_survive {
        fn open(&self, kept: &mut Kept) {
            kept.groups.values_mut().for_each(|members| members.until.clear());
        }
    }
}
