use super::{clock, odds::Wait};
use crate::{
    domain::{
        LoanApplicationEvent, LoanId, Resource,
        work::{Task, Transition},
    },
    log::Entry,
};
use chrono::{DateTime, TimeDelta, Utc};
use factum::StreamVersion;
use rand::{RngExt, rngs::ChaCha8Rng};

/// Writes the story of one application down as time goes by.
pub(super) struct Pen {
    pub(super) rng: ChaCha8Rng,
    loan: LoanId,
    arrival: DateTime<Utc>,
    now: DateTime<Utc>,
    entries: Vec<Entry>,
}

/// A clerk, at one sitting.
pub(super) struct Clerk {
    pub(super) number: Resource,
    /// The bank's system does not always note down who did a piece of work.
    is_noted: bool,
}

impl Clerk {
    pub(super) fn software() -> Self {
        Self { number: Resource::system(), is_noted: true }
    }

    fn noted(&self) -> Option<&Resource> {
        self.is_noted.then_some(&self.number)
    }
}

impl Pen {
    pub(super) const fn new(loan: LoanId, arrival: DateTime<Utc>, rng: ChaCha8Rng) -> Self {
        Self { rng, loan, arrival, now: arrival, entries: Vec::new() }
    }

    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    pub(super) const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub(super) fn age(&self) -> TimeDelta {
        self.now - self.arrival
    }

    pub(super) fn wait(&mut self, wait: &Wait) {
        self.now += wait.draw(&mut self.rng);
    }

    /// Waits until a clerk has time.
    pub(super) fn clerk_after(&mut self, wait: &Wait) -> Clerk {
        self.wait(wait);
        self.now = clock::at_work(self.now);
        Clerk {
            number: Resource::from(format!("{}", 10_600 + 11 * self.rng.random_range(0..58)).as_str()),
            is_noted: self.rng.random_ratio(9, 10),
        }
    }

    pub(super) fn note(&mut self, event: impl Into<LoanApplicationEvent>) {
        let version = StreamVersion::new(self.entries.len() as u64 + 1);
        self.entries.push(Entry { loan: self.loan, version, time: self.now, event: event.into() });
    }

    pub(super) fn schedule(&mut self, task: Task, clerk: &Clerk) {
        self.wait(&Wait::INSTANT);
        self.note(task.moved(Transition::Schedule, clerk.noted()));
    }

    /// The clerk works on it, for a while.
    pub(super) fn work_on(&mut self, task: Task, clerk: &Clerk) {
        self.note(task.moved(Transition::Start, clerk.noted()));
        self.wait(&Wait::AT_WORK);
    }

    pub(super) fn complete(&mut self, task: Task, clerk: &Clerk) {
        self.wait(&Wait::INSTANT);
        self.note(task.moved(Transition::Complete, clerk.noted()));
    }
}
