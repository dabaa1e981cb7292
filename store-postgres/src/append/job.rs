use super::{
    claims::Claim,
    prepared::{Lock, Prepared},
};
use factum_core::{AppendError, EventId, Receipt, StoreError, StreamId, store::OutcomeUnknown};
use foldhash::{HashSet, fast::RandomState};
use std::hash::BuildHasher;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

pub(super) type Outcome = Result<Receipt, AppendError>;

/// An append on its way.
pub(super) struct Job {
    pub(super) prepared: Prepared,
    /// The call that it belongs to, if that has several appends. Those of a call take their positions in order.
    pub(super) call: Option<u64>,
    /// Given up before the outcome is told, so that who is told can append the same again.
    pub(super) claim: Claim,
    pub(super) reply: oneshot::Sender<Outcome>,
    /// Its place in the queue, if it is in it.
    pub(super) room: Option<OwnedSemaphorePermit>,
}

/// What groups under way are about, so that the next one is not about the same.
#[derive(Default)]
pub(super) struct InFlight {
    streams: HashSet<StreamId>,
    calls: HashSet<u64>,
}

impl InFlight {
    pub(super) fn of(group: &[Job]) -> Self {
        Self {
            streams: group
                .iter()
                .flat_map(|job| &job.prepared.heads)
                .map(|head| head.stream.clone())
                .collect(),
            calls: group.iter().filter_map(|job| job.call).collect(),
        }
    }

    pub(super) fn remove(&mut self, other: &Self) {
        self.streams.retain(|stream| !other.streams.contains(stream));
        self.calls.retain(|call| !other.calls.contains(call));
    }
}

impl Job {
    pub(super) fn end(self, outcome: Outcome) {
        drop(self.claim);
        // Whoever has stopped waiting does not need it.
        let _ = self.reply.send(outcome);
    }

    /// Nothing was written.
    pub(super) fn fail(self, error: impl FnOnce() -> StoreError) {
        self.end(Err(error().into()));
    }

    /// It may have been written or not.
    pub(super) fn lose(self, error: StoreError) {
        let ids: Vec<EventId> = self.prepared.ids();
        self.end(Err(OutcomeUnknown::new(ids, error).into()));
    }
}

/// Takes the jobs that can be committed together from `waiting`, in order, beside what is `in_flight`, which they become a
/// part of; the others stay.
pub(super) fn take_batch(waiting: &mut Vec<Job>, in_flight: &mut InFlight, most: usize) -> Vec<Job> {
    let mut batch: Vec<Job> = Vec::new();
    let mut left: Vec<Job> = Vec::new();
    let mut streams = in_flight.streams.clone();
    let mut calls = in_flight.calls.clone();
    let mut tags = Tags::default();
    let mut alone = false;
    let (mut events, mut bytes, mut locks) = (0, 0, 0);
    let mut is_full = false;
    for job in waiting.drain(..) {
        let prepared = &job.prepared;
        // A stream's second append needs the version that the first leaves, so it waits; and so does what waits for it.
        let is_free = prepared.heads.iter().filter(|head| streams.insert(head.stream.clone())).count()
            == prepared.heads.len();
        // A condition without tags is compared with each of the others.
        alone |= prepared.alone;
        let depends = tags.add(&prepared.locks)
            || alone && batch.iter().chain(&left).any(|earlier| prepared.depends_on(&earlier.prepared));
        events += prepared.events.len();
        bytes += prepared.bytes();
        locks += prepared.locks.len();
        is_full |= batch.len() == most
            || !batch.is_empty() && (events > MOST_EVENTS || bytes > MOST_BYTES || locks > MOST_LOCKS);
        let is_overtaking = job.call.is_some_and(|call| calls.contains(&call));
        if is_free && !depends && !is_full && !is_overtaking {
            batch.push(job);
        } else {
            calls.extend(job.call);
            left.push(job);
        }
    }
    *waiting = left;
    let InFlight { streams, calls } = InFlight::of(&batch);
    in_flight.streams.extend(streams);
    in_flight.calls.extend(calls);
    batch
}

/// The tags that appends take locks for, by their hashes: two that share one are at worst not committed together.
#[derive(Default)]
struct Tags {
    hasher: RandomState,
    shared: HashSet<u64>,
    exclusive: HashSet<u64>,
}

impl Tags {
    /// Whether one of the locks is in the way of those that were added before.
    fn add(&mut self, locks: &[Lock]) -> bool {
        let tags = locks.iter().filter(|lock| lock.is_tag());
        let hashes: Vec<_> = tags.map(|lock| (self.hasher.hash_one(&lock.name), lock.exclusive)).collect();
        let is_in_the_way = |(tag, exclusive): &(u64, bool)| {
            self.exclusive.contains(tag) || *exclusive && self.shared.contains(tag)
        };
        let any = hashes.iter().any(is_in_the_way);
        for (tag, exclusive) in hashes {
            if exclusive {
                self.exclusive.insert(tag)
            } else {
                self.shared.insert(tag)
            };
        }
        any
    }
}

/// Where the parts of a batch are worth more than the whole.
const MOST_EVENTS: usize = 4_000;
const MOST_BYTES: usize = 4 * 1_024 * 1_024;
const MOST_LOCKS: usize = 256;
