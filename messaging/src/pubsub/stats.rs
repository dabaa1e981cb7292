use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a bus has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// How many subscribers and handlers there are now.
    pub subscribers: usize,
    /// Messages that were published, whether anybody listened or not.
    pub published: u64,
    /// Messages that were put into a queue, each counted as often as there were queues.
    pub queued: u64,
    /// Messages that a subscriber has missed because it was too slow, counted in the same way.
    pub missed: u64,
    /// Panics of handlers.
    pub panicked: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    published: AtomicU64,
    queued: AtomicU64,
    missed: AtomicU64,
    panicked: AtomicU64,
}

impl Counters {
    pub(super) fn count_published(&self) {
        self.published.fetch_add(1, Relaxed);
    }

    pub(super) fn count_queued(&self) {
        self.queued.fetch_add(1, Relaxed);
    }

    pub(super) fn count_missed(&self) {
        self.missed.fetch_add(1, Relaxed);
    }

    pub(super) fn count_panicked(&self) {
        self.panicked.fetch_add(1, Relaxed);
    }

    pub(super) fn stats(&self, subscribers: usize) -> Stats {
        Stats {
            subscribers,
            published: self.published.load(Relaxed),
            queued: self.queued.load(Relaxed),
            missed: self.missed.load(Relaxed),
            panicked: self.panicked.load(Relaxed),
        }
    }
}
