use foldhash::fast::RandomState;
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    fmt,
    hash::{BuildHasher, Hash},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// Who waits for whom, by key: a key that nobody works on takes no space.
///
/// Keys are hashes. Two commands whose keys happen to have the same hash queue without need, which harms nobody.
pub(super) struct Queues {
    /// Several, so that commands on different aggregates seldom wait for one lock.
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
}

const SHARDS: usize = 32;

/// For each key that is being worked on, those who wait, first come first.
type Shard = HashMap<u64, VecDeque<oneshot::Sender<Turn>>, RandomState>;

impl Queues {
    pub(super) fn key(&self, of: &impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }

    /// A turn, if nobody else works on the key.
    pub(super) fn try_enter(self: &Arc<Self>, key: u64) -> Option<Turn> {
        match self.shard(key).entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(VecDeque::new());
                Some(Turn { queues: Some(Arc::clone(self)), key })
            }
            Entry::Occupied(_) => None,
        }
    }

    /// Waits for a turn.
    pub(super) async fn enter(self: &Arc<Self>, key: u64) -> Turn {
        let waiting = match self.shard(key).entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(VecDeque::new());
                return Turn { queues: Some(Arc::clone(self)), key };
            }
            Entry::Occupied(mut entry) => {
                let (sender, receiver) = oneshot::channel();
                entry.get_mut().push_back(sender);
                receiver
            }
        };
        waiting.await.expect("a turn is passed on to everybody who waits before its key is removed")
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, Shard> {
        self.shards[key as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever has waited longest, or nobody, and then the key is free.
    fn next(&self, key: u64) -> Option<oneshot::Sender<Turn>> {
        let mut shard = self.shard(key);
        let next = shard.get_mut(&key)?.pop_front();
        if next.is_none() {
            shard.remove(&key);
        }
        next
    }
}

impl Default for Queues {
    fn default() -> Self {
        Self { shards: Default::default(), hasher: RandomState::default() }
    }
}

impl fmt::Debug for Queues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queues")
    }
}

/// The right to work on a key. Dropping it passes it on: to whoever waits, also when that one has stopped waiting in the
/// very moment, since then it is dropped there.
#[derive(Debug)]
pub(super) struct Turn {
    /// `None` once it has been passed on.
    queues: Option<Arc<Queues>>,
    key: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut queues) = self.queues.take() else { return };
        while let Some(next) = queues.next(self.key) {
            match next.send(Self { queues: Some(queues), key: self.key }) {
                Ok(()) => return,
                // That one waits no longer.
                Err(mut refused) => queues = refused.queues.take().expect("it has just been put there"),
            }
        }
    }
}
