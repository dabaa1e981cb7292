use crate::{EventId, StreamId, StreamVersion, decider::Decider};
use foldhash::fast::RandomState;
use quick_cache::{UnitWeighter, unsync};
use std::{
    any::Any,
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// The folded aggregates that were used last.
///
/// A state is taken out while a command is decided on it, so that it can be changed in place, and put back afterwards;
/// who finds it gone reads the stream. A command that panics or is dropped half-way leaves nothing behind.
pub(super) struct States {
    capacity: usize,
    first: Place,
}

/// Where the states of one type are, once there are any. The others follow: a program has few types of aggregates, and
/// looks through them without a lock.
type Place = OnceLock<Box<Node>>;

struct Node {
    /// [`OfType`].
    states: Box<dyn Any + Send + Sync>,
    next: Place,
}

impl States {
    /// Keeps up to `capacity` states of each type.
    pub(super) const fn new(capacity: usize) -> Self {
        Self { capacity, first: OnceLock::new() }
    }

    /// The state, which is no longer there then; or that of an empty stream, with all of it to be read.
    pub(super) fn take<D: Decider>(&self, stream: &StreamId) -> Known<D> {
        let mut shard = self.shard(stream);
        let kept = shard.as_mut().and_then(|shard| shard.get_mut(stream)?.take());
        kept.unwrap_or_else(|| Known::nothing(stream.clone()))
    }

    /// The state as [`take`](Self::take) gives it, which stays where it is.
    pub(super) fn look<D: Decider>(&self, stream: &StreamId) -> Known<D> {
        let shard = self.shard(stream);
        let kept = shard.as_ref().and_then(|shard| shard.get(stream)?.clone());
        kept.unwrap_or_else(|| Known::nothing(stream.clone()))
    }

    /// Keeps a state, unless a later one has been put there meanwhile.
    pub(super) fn keep<D: Decider>(&self, known: Known<D>) {
        let Some(mut shard) = self.shard(&known.stream) else { return };
        if let Some(mut kept) = shard.get_mut(&known.stream) {
            if kept.as_ref().is_none_or(|kept| kept.version <= known.version) {
                *kept = Some(known);
            }
            return;
        }
        shard.insert(known.stream.clone(), Some(known));
    }

    /// The part of the states in which that of the stream is; `None` if none are kept.
    fn shard<D: Decider>(&self, stream: &StreamId) -> Option<MutexGuard<'_, Shard<D>>> {
        if self.capacity == 0 {
            return None;
        }
        let mut place = &self.first;
        loop {
            let node = place.get_or_init(|| {
                let states = Box::new(OfType::<D>::new(self.capacity));
                Box::new(Node { states, next: OnceLock::new() })
            });
            match node.states.downcast_ref::<OfType<D>>() {
                Some(states) => return Some(states.shard(stream)),
                None => place = &node.next,
            }
        }
    }
}

/// The states of one type.
struct OfType<D> {
    /// Several, so that commands on different aggregates seldom wait for one lock.
    shards: Vec<Mutex<Shard<D>>>,
    hasher: RandomState,
}

/// `None` stands for a state that was taken out.
type Shard<D> = unsync::Cache<StreamId, Option<Known<D>>, UnitWeighter, RandomState>;

const SHARDS: usize = 16;

impl<D> OfType<D> {
    fn new(capacity: usize) -> Self {
        let shards = capacity.min(SHARDS);
        let capacity = capacity.div_ceil(shards);
        let shard = || {
            let hasher = RandomState::default();
            unsync::Cache::with(capacity, capacity as u64, UnitWeighter, hasher, Default::default())
        };
        Self { shards: (0..shards).map(|_| Mutex::new(shard())).collect(), hasher: RandomState::default() }
    }

    fn shard(&self, stream: &StreamId) -> MutexGuard<'_, Shard<D>> {
        let shard = self.hasher.hash_one(stream) as usize % self.shards.len();
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A state, and the version of the stream that it is the state of.
pub(super) struct Known<D> {
    /// The same copy of the id for all commands on it, which needs no comparison to be found equal.
    pub(super) stream: StreamId,
    pub(super) state: Arc<D>,
    pub(super) version: StreamVersion,
    /// The event of that version, if there is one: by it, the stream is known again.
    pub(super) last: Option<EventId>,
    /// Whether later events are known to exist, or may.
    pub(super) behind: bool,
    /// The version of the last snapshot that is known, or that was due.
    pub(super) kept: StreamVersion,
}

impl<D: Decider> Known<D> {
    /// The state of an empty stream, while nobody has looked whether it is empty.
    pub(super) fn nothing(stream: StreamId) -> Self {
        let empty = StreamVersion::EMPTY;
        Self { stream, state: Arc::default(), version: empty, last: None, behind: true, kept: empty }
    }
}

impl<D> Clone for Known<D> {
    fn clone(&self) -> Self {
        Self {
            stream: self.stream.clone(),
            state: Arc::clone(&self.state),
            version: self.version,
            last: self.last,
            behind: self.behind,
            kept: self.kept,
        }
    }
}
