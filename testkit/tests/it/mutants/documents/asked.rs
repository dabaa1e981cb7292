//! Sinks that do not do with documents and generations what was asked.

use super::{Defect, Place, cases};
use crate::mutants::mutants;
use factum_core::sink::{Removal, Repair, RepairId};

mutants! {
    lists_repairs_by_document, rejected by what_is_asked_for_is_listed {
        fn repairs(&self, found: &mut Vec<Repair>) {
            found.sort_by(|a, b| a.document.cmp(&b.document));
        }
    }

    names_repairs_when_they_are_listed, rejected by what_is_asked_for_is_listed {
        fn repairs(&self, found: &mut Vec<Repair>) {
            found.iter_mut().for_each(|repair| repair.id = RepairId::random());
        }
    }

    forgets_nothing_that_is_done, rejected by what_is_done_is_forgotten {
        fn answer(&self, _: &[Repair], id: RepairId, failure: Option<String>) -> (RepairId, Option<String>) {
            (if failure.is_none() { RepairId::random() } else { id }, failure)
        }
    }

    takes_an_answer_for_one_to_whatever_is_asked, rejected by what_is_done_is_forgotten {
        fn answer(&self, kept: &[Repair], id: RepairId, failure: Option<String>) -> (RepairId, Option<String>) {
            (kept.first().map_or(id, |first| first.id), failure)
        }
    }

    forgets_what_could_not_be_done, rejected by why_it_could_not_be_done_is_kept {
        fn answer(&self, _: &[Repair], id: RepairId, _: Option<String>) -> (RepairId, Option<String>) {
            (id, None)
        }
    }

    says_only_that_it_could_not_be_done, rejected by why_it_could_not_be_done_is_kept {
        fn answer(&self, _: &[Repair], id: RepairId, failure: Option<String>) -> (RepairId, Option<String>) {
            (id, failure.map(|_| "no".to_owned()))
        }
    }

    takes_an_answer_to_what_was_asked_before, rejected by a_document_is_asked_for_once {
        fn answer(&self, kept: &[Repair], id: RepairId, failure: Option<String>) -> (RepairId, Option<String>) {
            let is_there = kept.iter().any(|repair| repair.id == id);
            (if is_there { id } else { kept.first().map_or(id, |first| first.id) }, failure)
        }
    }

    lists_those_that_have_failed_first, rejected by those_that_have_failed_come_last {
        fn repairs(&self, found: &mut Vec<Repair>) {
            found.sort_by_key(|repair| repair.failure.is_none());
        }
    }

    lists_more_repairs_than_a_thousand, rejected by those_that_have_failed_come_last {
        fn repairs(&self, found: &mut Vec<Repair>) {
            if found.len() == 1_000 {
                found.push(Repair::new("one more", RepairId::random()));
            }
        }
    }

    removes_what_is_read, rejected by one_that_is_needed_stays {
        fn removes(&self, right: Removal) -> bool {
            matches!(right, Removal::Removed | Removal::Active)
        }
    }

    removes_what_is_being_made, rejected by one_that_is_needed_stays {
        fn removes(&self, right: Removal) -> bool {
            matches!(right, Removal::Removed | Removal::Filling)
        }
    }

    removes_what_a_node_runs, rejected by one_that_a_node_runs_stays {
        fn removes(&self, right: Removal) -> bool {
            matches!(right, Removal::Removed | Removal::Running)
        }
    }

    removes_no_documents, rejected by a_generation_that_is_not_needed_is_removed {
        fn leaves(&self) -> [bool; 3] {
            [true, false, false]
        }
    }

    removes_no_checkpoints, rejected by a_generation_that_is_not_needed_is_removed {
        fn leaves(&self) -> [bool; 3] {
            [false, true, false]
        }
    }

    removes_nothing_from_quarantine, rejected by a_generation_that_is_not_needed_is_removed {
        fn leaves(&self) -> [bool; 3] {
            [false, false, true]
        }
    }
}
