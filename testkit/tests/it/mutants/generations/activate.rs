//! Generations that are activated otherwise than they should be.

use super::{Begun, Defect, Place, cases};
use crate::mutants::mutants;
use factum_core::LogId;

mutants! {
    /// So nobody sees what was seen before.
    activates_what_is_asked_for, rejected by one_that_has_come_as_far_is_activated {
        fn is_as_far(&self, new: &[u64], _: &[u64]) -> bool {
            !new.is_empty()
        }
    }

    waits_until_it_is_ahead, rejected by one_that_has_come_as_far_is_activated {
        fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
            !new.is_empty() && new.iter().min() > old.iter().max()
        }
    }

    compares_the_first_partition, rejected by each_partition_has_to_have_come_as_far {
        fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
            new.first().is_some_and(|new| new >= old.first().unwrap_or(&0))
        }
    }

    compares_sums, rejected by each_partition_has_to_have_come_as_far {
        fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
            !new.is_empty() && new.iter().sum::<u64>() >= old.iter().sum()
        }
    }

    compares_the_partitions_that_are_furthest_behind, rejected by each_partition_has_to_have_come_as_far {
        fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
            !new.is_empty() && new.iter().min() >= old.iter().min()
        }
    }

    /// So an event may be in none of those that were compared.
    compares_partitions_of_other_numbers, rejected by parted_otherwise_each_has_to_have_come_as_far_as_all {
        fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
            !new.is_empty() && new.iter().zip(old).all(|(new, old)| new >= old)
        }
    }

    activates_what_nobody_makes, rejected by one_that_nobody_makes_is_not_activated {
        fn is_as_far(&self, new: &[u64], old: &[u64]) -> bool {
            new.iter().zip(old).all(|(new, old)| new >= old)
                && (new.len() == old.len() || new.iter().min() >= old.iter().max() || old.iter().all(|old| *old == 0))
        }
    }

    activates_whichever_it_is_told, rejected by only_what_is_being_made_is_activated {
        fn may_be_active(&self, begun: &Begun, _: u32) -> bool {
            !begun.held
        }
    }

    goes_on_making_what_is_active, rejected by only_what_is_being_made_is_activated {
        fn activate(&self, begun: &mut Begun, generation: u32) {
            begun.active = generation;
        }
    }

    compares_with_the_first_one, rejected by it_is_compared_with_the_one_that_is_read {
        fn compared_with(&self, _: &Begun) -> u32 {
            0
        }
    }

    compares_with_the_one_before, rejected by it_is_compared_with_the_one_that_is_read {
        fn compared_with(&self, begun: &Begun) -> u32 {
            begun.active.saturating_sub(1)
        }
    }

    compares_any_log, rejected by other_logs_say_nothing {
        fn log(&self, asked: LogId, all: &[LogId]) -> LogId {
            all.iter().copied().find(|log| *log != asked).unwrap_or(asked)
        }
    }

    looks_and_then_activates, rejected by of_many_at_once_one_activates_it {
        fn lets_others_between(&self) -> bool {
            true
        }
    }
}
