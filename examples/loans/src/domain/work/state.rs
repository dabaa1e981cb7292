use super::{Task, Transition};
use crate::domain::{Refusal, Resource};
use std::collections::BTreeMap;

/// What has been scheduled, and who is at it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Worklist {
    scheduled: BTreeMap<Task, Item>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Item {
    begun: bool,
    /// How many are at it: a second clerk sometimes begins before the first has ended.
    under_way: u32,
    /// Who had it in hand last.
    last: Option<Resource>,
}

impl Worklist {
    pub(crate) fn has_begun(&self, task: Task) -> bool {
        self.scheduled.get(&task).is_some_and(|item| item.begun)
    }

    pub(super) fn must_be_scheduled(&self, task: Task) -> Result<(), Refusal> {
        if self.scheduled.contains_key(&task) { Ok(()) } else { Err(Refusal::NotScheduled(task)) }
    }

    /// Work that nobody is at can be ended by whoever had it in hand last: the bank's system lets a clerk close twice
    /// what was closed, and close what was only scheduled.
    pub(super) fn must_be_in_hand(&self, task: Task, by: Option<&Resource>) -> Result<(), Refusal> {
        match self.scheduled.get(&task) {
            None => Err(Refusal::NotScheduled(task)),
            Some(item) if item.under_way > 0 || item.last.as_ref() == by => Ok(()),
            Some(_) => Err(Refusal::NotUnderWay(task)),
        }
    }

    pub(super) fn note(&mut self, task: Task, transition: Transition, by: Option<&Resource>) {
        let item = self.scheduled.entry(task).or_default();
        match transition {
            Transition::Schedule => {}
            Transition::Start => {
                item.begun = true;
                item.under_way += 1;
            }
            Transition::Complete => item.under_way = item.under_way.saturating_sub(1),
        }
        item.last = by.cloned();
    }
}
