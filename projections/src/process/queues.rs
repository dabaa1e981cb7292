//! Which command is next: one at a time of each instance, in order.

use factum_core::process::Undelivered;
use std::collections::{BTreeSet, HashMap, VecDeque};
use tokio::time::Instant;

/// So many commands are looked at ahead.
const MOST: usize = 2_000;

/// The commands that are known, by instance.
#[derive(Default)]
pub(super) struct Queues {
    of: HashMap<String, Queue>,
    /// Those whose first command can be sent, in the order in which they came to that.
    ready: VecDeque<String>,
    /// Those that are tried again, and when.
    later: BTreeSet<(Instant, String)>,
    /// How many commands there are of instances that are not stuck.
    waiting: usize,
    /// Whether there are more than are known.
    pub(super) more: bool,
}

struct Queue {
    /// With the keys of their documents.
    waiting: VecDeque<(String, Undelivered)>,
    state: State,
    /// How often the first one was tried since it is known.
    tried: u32,
}

/// What becomes of the first command of an instance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is sent when it is its turn, or has been sent.
    Moves,
    /// It waits until somebody asks for something.
    Stuck,
}

impl Queues {
    /// Takes a command that is kept under `key`, unless it is known. They come in the order of their keys.
    pub(super) fn add(&mut self, key: String, command: Undelivered, is_stuck: bool) {
        let instance = command.instance.clone();
        let queue = self.of.entry(instance.clone()).or_insert_with(|| Queue {
            waiting: VecDeque::new(),
            state: if is_stuck { State::Stuck } else { State::Moves },
            tried: 0,
        });
        if queue.waiting.back().is_some_and(|(last, _)| *last >= key) {
            return;
        }
        match queue.state {
            // The others are found again when it moves.
            State::Stuck if !queue.waiting.is_empty() => return,
            State::Moves => self.waiting += 1,
            State::Stuck => {}
        }
        queue.waiting.push_back((key, command));
        if queue.waiting.len() == 1 && queue.state == State::Moves {
            self.ready.push_back(instance);
        }
    }

    /// Whether no more are to be looked at for now.
    pub(super) const fn is_full(&self) -> bool {
        self.waiting >= MOST
    }

    /// Whether it is time to look for those that were left out.
    pub(super) const fn runs_low(&self) -> bool {
        self.more && self.waiting < MOST / 2
    }

    /// The next command to be sent.
    pub(super) fn next(&mut self) -> Option<Undelivered> {
        let instance = self.ready.pop_front()?;
        self.first(&instance).map(|(_, command)| command.clone())
    }

    /// The first command of an instance, with the key of its document.
    pub(super) fn first(&self, instance: &str) -> Option<&(String, Undelivered)> {
        self.of.get(instance)?.waiting.front()
    }

    /// The first command of an instance is done, and its next one follows.
    pub(super) fn done(&mut self, instance: &str) {
        let Some(queue) = self.of.get_mut(instance) else { return };
        if queue.waiting.pop_front().is_some() && queue.state == State::Moves {
            self.waiting -= 1;
        }
        // Whatever there is behind one that was stuck has not been taken.
        self.more |= queue.state == State::Stuck;
        (queue.state, queue.tried) = (State::Moves, 0);
        match queue.waiting.is_empty() {
            true => drop(self.of.remove(instance)),
            false => self.ready.push_back(instance.to_owned()),
        }
    }

    /// The first command of an instance was tried in vain. How often that is.
    pub(super) fn tried(&mut self, instance: &str) -> u32 {
        let Some(queue) = self.of.get_mut(instance) else { return 0 };
        queue.tried = queue.tried.saturating_add(1);
        queue.tried
    }

    /// The first command of an instance is sent again then.
    pub(super) fn again(&mut self, instance: &str, at: Instant) {
        self.later.insert((at, instance.to_owned()));
    }

    /// The first command of an instance is not sent any more until somebody asks for it.
    pub(super) fn stuck(&mut self, instance: &str) {
        let Some(queue) = self.of.get_mut(instance) else { return };
        if queue.state == State::Moves {
            self.waiting -= queue.waiting.len();
            queue.state = State::Stuck;
        }
        queue.waiting.truncate(1);
        queue.tried = 0;
    }

    /// Somebody has asked for the first command of an instance, which is stuck, to be sent.
    pub(super) fn asked(&mut self, instance: &str) {
        if self.first(instance).is_some() && !self.ready.iter().any(|ready| ready == instance) {
            self.ready.push_back(instance.to_owned());
        }
    }

    /// When the next one is tried again.
    pub(super) fn due(&self) -> Option<Instant> {
        self.later.first().map(|(at, _)| *at)
    }

    /// Makes those ready that are due.
    pub(super) fn wake(&mut self, now: Instant) {
        while let Some((at, instance)) = self.later.pop_first() {
            if at > now {
                self.later.insert((at, instance));
                return;
            }
            self.ready.push_back(instance);
        }
    }
}
