//! A log that might have been: applications arrive, clerks work on them, customers answer or do not.
//!
//! Nothing of it is random but what the seed says, and only whole numbers are drawn, so a seed means the same log on
//! every machine. Each application draws from a stream of numbers of its own; so its story does not depend on its
//! neighbours.

mod clock;
mod odds;
mod pen;
mod story;

use self::clock::Arrivals;
use super::Entry;
use crate::domain::LoanId;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

/// The number of the first application; the bank counts in threes.
const FIRST: u64 = 1_000_002;

/// A generated log: its entries in the order in which they happen.
///
/// Only what happens to applications that are open is held in memory.
#[derive(Debug)]
pub struct Generated {
    seed: u64,
    arrivals: Arrivals,
    told: u64,
    /// What is going to happen to the applications that have arrived.
    ahead: BinaryHeap<Reverse<Ahead>>,
}

impl Generated {
    /// A log of so many applications.
    #[must_use]
    pub fn new(applications: u64, seed: u64) -> Self {
        Self { seed, arrivals: Arrivals::new(applications), told: 0, ahead: BinaryHeap::new() }
    }

    /// How many applications have arrived.
    #[must_use]
    pub const fn arrived(&self) -> u64 {
        self.told
    }

    fn tell_next(&mut self) {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.told);
        if let Some(arrival) = self.arrivals.draw(self.told, &mut rng) {
            let loan = LoanId(FIRST + 3 * self.told);
            self.ahead.extend(story::tell(loan, arrival, rng).into_iter().map(Ahead).map(Reverse));
        }
        self.told += 1;
    }
}

impl Iterator for Generated {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        // The next to arrive may do so before anything else happens.
        while self.told < self.arrivals.len()
            && self.ahead.peek().is_none_or(|next| next.0.0.time >= self.arrivals.earliest(self.told))
        {
            self.tell_next();
        }
        self.ahead.pop().map(|next| next.0.0)
    }
}

/// Entries in the order of a log: by time, and by application and version where times are the same.
#[derive(Debug)]
struct Ahead(Entry);

impl Ord for Ahead {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |entry: &Entry| (entry.time, entry.loan, entry.version);
        key(&self.0).cmp(&key(&other.0))
    }
}

impl PartialOrd for Ahead {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ahead {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ahead {}
