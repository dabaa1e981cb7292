use crate::domain::{Attributed, LoanApplicationEvent, work::Transition};
use factum::prelude::*;
use std::{cmp::Reverse, iter::Sum};

/// What each resource did.
#[derive(Debug, Projection)]
#[projection(name = "workload", event = LoanApplicationEvent)]
pub struct Workload;

/// How many events, by what they did to a piece of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Pieces of work that were put on the list.
    pub scheduled: u64,
    /// Pieces of work that were begun.
    pub started: u64,
    /// Pieces of work that were ended, and all that happens in one step.
    pub completed: u64,
}

impl Work {
    /// All events.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.scheduled + self.started + self.completed
    }
}

impl Sum for Work {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, work| Self {
            scheduled: sum.scheduled + work.scheduled,
            started: sum.started + work.started,
            completed: sum.completed + work.completed,
        })
    }
}

impl Workload {
    /// The key of what nobody signed for. It is no number, so it is nobody's.
    pub const NOBODY: &str = "nobody";
}

impl View for Workload {
    type Key = String;
    type Document = Work;

    fn keys(&self, event: &Recorded<LoanApplicationEvent>) -> Keys<String> {
        Keys::one(event.event.who().map_or_else(|| Self::NOBODY.to_owned(), ToString::to_string))
    }

    fn fold(&self, _: &String, work: &mut Work, event: &Recorded<LoanApplicationEvent>) {
        match event.event.transition() {
            Transition::Schedule => work.scheduled += 1,
            Transition::Start => work.started += 1,
            Transition::Complete => work.completed += 1,
        }
    }
}

/// Who did how much?
#[derive(Debug)]
pub struct GetWorkload;

/// The answer to [`GetWorkload`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// What everybody did together, and nobody.
    pub all: Work,
    /// What nobody signed for.
    pub nobody: Work,
    /// What each resource did, the busiest first.
    pub resources: Vec<(String, Work)>,
}

impl ReadQuery for GetWorkload {
    type Model = Documents<Workload>;
    type Answer = Share;

    async fn answer(self, workload: &Documents<Workload>) -> Result<Share, AskError> {
        let mut share = Share::default();
        for (resource, work) in workload.all().await? {
            share.all = [share.all, work].into_iter().sum();
            if resource == Workload::NOBODY {
                share.nobody = work;
            } else {
                share.resources.push((resource, work));
            }
        }
        share.resources.sort_by_cached_key(|(resource, work)| (Reverse(work.events()), resource.clone()));
        Ok(share)
    }
}
