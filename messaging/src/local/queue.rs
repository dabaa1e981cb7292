use crate::{Topic, TopicPattern, transport::Outgoing};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Notify;

/// What waits for a consumer.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) patterns: Vec<TopicPattern>,
    /// By the order in which they came, in which one that is given back has its old place.
    ready: BTreeMap<u64, Entry>,
    next: u64,
    dead: Vec<Outgoing>,
    changed: Arc<Notify>,
}

/// A message, and how often it was delivered.
pub(super) struct Entry {
    pub(super) message: Outgoing,
    pub(super) attempt: u32,
}

impl Queue {
    pub(super) fn asks_for(&self, topic: &Topic) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(topic))
    }

    pub(super) fn put(&mut self, entry: Entry) {
        self.ready.insert(self.next, entry);
        self.next += 1;
        self.changed.notify_one();
    }

    /// The oldest, with its place.
    pub(super) fn take(&mut self) -> Option<(u64, Entry)> {
        let taken = self.ready.pop_first();
        if !self.ready.is_empty() {
            // For another feed, whose notification may have been this one's.
            self.changed.notify_one();
        }
        taken
    }

    /// To its old place.
    pub(super) fn put_back(&mut self, place: u64, entry: Entry) {
        self.ready.insert(place, entry);
        self.changed.notify_one();
    }

    pub(super) fn bury(&mut self, message: Outgoing) {
        self.dead.push(message);
    }

    pub(super) fn dead_letters(&self) -> Vec<Outgoing> {
        self.dead.clone()
    }

    pub(super) fn changed(&self) -> Arc<Notify> {
        Arc::clone(&self.changed)
    }

    /// Has all feeds look again.
    pub(super) fn wake(&self) {
        self.changed.notify_waiters();
        self.changed.notify_one();
    }
}
