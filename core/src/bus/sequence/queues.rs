use foldhash::fast::RandomState;
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    fmt,
    future::Future as _,
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher},
    pin::Pin,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    vec,
};
use tokio::sync::oneshot;

/// Who waits for whom, by key: a key that nobody works on takes no space.
///
/// Keys are hashes. Two commands whose keys happen to have the same hash queue without need, which harms nobody.
#[derive(Clone)]
pub(super) struct Queues {
    all: &'static All,
    /// Another one for each layer: to the commands of others, its own have other keys.
    hasher: RandomState,
}

/// The queues of all layers: what lasts as long as the process needs no count of its owners, which every command would
/// have to change twice.
static ALL: LazyLock<All> = LazyLock::new(All::default);

#[derive(Default)]
struct All {
    /// Several, so that commands on different aggregates seldom wait for one lock.
    shards: [Mutex<Shard>; SHARDS],
}

const SHARDS: usize = 32;

/// For each key that is being worked on, those who wait, first come first; `None` if nobody has waited yet, as for
/// nearly every command.
type Shard = HashMap<u64, Option<Box<Waiting>>, BuildHasherDefault<IsHash>>;

type Waiting = VecDeque<oneshot::Sender<Turn>>;

/// Leaves a key as it is, which is a hash already.
#[derive(Default)]
struct IsHash(u64);

impl Hasher for IsHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("a key is a number")
    }
}

impl Queues {
    pub(super) fn new() -> Self {
        Self { all: &ALL, hasher: RandomState::default() }
    }

    pub(super) fn key(&self, of: &impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }
}

impl All {
    /// A turn, if nobody else works on the key; otherwise where it will arrive.
    fn enter(&'static self, key: u64) -> Result<Turn, oneshot::Receiver<Turn>> {
        match self.shard(key).entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(None);
            }
            Entry::Occupied(mut entry) => {
                let waiting = entry.get_mut().get_or_insert_default();
                // Those who have gone away are not kept for as long as somebody works; looked for before it grows.
                if waiting.len() == waiting.capacity() {
                    waiting.retain(|next| !next.is_closed());
                    waiting.reserve(waiting.len() + 1);
                }
                let (sender, receiver) = oneshot::channel();
                waiting.push_back(sender);
                return Err(receiver);
            }
        }
        Ok(Turn { queues: Some(self), key })
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, Shard> {
        // By other bits than those that the map of a shard looks at first.
        self.shards[(key >> 32) as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever has waited longest, or nobody, and then the key is free.
    fn next(&self, key: u64) -> Option<oneshot::Sender<Turn>> {
        let mut shard = self.shard(key);
        let Entry::Occupied(mut entry) = shard.entry(key) else { return None };
        let next = entry.get_mut().as_mut().and_then(|waiting| waiting.pop_front());
        if next.is_none() {
            entry.remove();
        }
        next
    }
}

impl fmt::Debug for All {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("All")
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
    queues: Option<&'static All>,
    key: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(queues) = self.queues.take() else { return };
        while let Some(next) = queues.next(self.key) {
            match next.send(Self { queues: Some(queues), key: self.key }) {
                Ok(()) => return,
                // That one waits no longer, and has nothing to pass on.
                Err(mut refused) => refused.queues = None,
            }
        }
    }
}

/// What has to be waited for before a command is let in. Nothing is taken before it is polled.
#[derive(Debug)]
pub(super) struct Place {
    queues: &'static All,
    /// The only key, until it has been asked for.
    key: Option<u64>,
    waiting: Option<oneshot::Receiver<Turn>>,
    turn: Option<Turn>,
    /// The keys and turns of a command that has not just one of them, which needs no memory of its own.
    further: Option<Box<Further>>,
}

#[derive(Debug)]
struct Further {
    keys: vec::IntoIter<u64>,
    turns: Vec<Turn>,
}

impl Place {
    pub(super) fn one(queues: &Queues, key: u64) -> Self {
        Self { queues: queues.all, key: Some(key), waiting: None, turn: None, further: None }
    }

    pub(super) fn many(queues: &Queues, mut keys: Vec<u64>) -> Self {
        // Everybody takes its turns in the same order, so that no two wait for each other.
        keys.sort_unstable();
        keys.dedup();
        let further = Further { keys: keys.into_iter(), turns: Vec::new() };
        Self { key: None, further: Some(Box::new(further)), ..Self::one(queues, 0) }
    }

    /// Takes one turn after the other.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                let turn = ready!(Pin::new(waiting).poll(cx));
                self.waiting = None;
                self.hold(
                    turn.expect("a turn is passed on to everybody who waits before its key is removed"),
                );
            }
            let next = match &mut self.further {
                None => self.key.take(),
                Some(further) => further.keys.next(),
            };
            let Some(key) = next else { return Poll::Ready(()) };
            match self.queues.enter(key) {
                Ok(turn) => self.hold(turn),
                Err(waiting) => self.waiting = Some(waiting),
            }
        }
    }

    fn hold(&mut self, turn: Turn) {
        match &mut self.further {
            None => self.turn = Some(turn),
            Some(further) => further.turns.push(turn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, future::poll_fn};
    use proptest::prelude::{any, prop::collection::vec, proptest};

    /// That nobody else has, in tests that run at the same time.
    fn queues() -> Queues {
        Queues { all: Box::leak(Box::default()), hasher: RandomState::default() }
    }

    async fn enter(queues: &Queues, keys: Vec<u64>) -> Place {
        let mut place = Place::many(queues, keys);
        poll_fn(|cx| place.poll(cx)).await;
        place
    }

    fn is_empty(queues: &Queues) -> bool {
        queues.all.shards.iter().all(|shard| shard.lock().expect("no panic").is_empty())
    }

    #[test]
    fn who_waits_longest_is_next_and_nothing_remains() {
        let queues = queues();
        let first = enter(&queues, vec![1]).now_or_never().expect("nobody is there");
        let mut others: Vec<_> = (0..3).map(|_| Box::pin(enter(&queues, vec![1]))).collect();
        assert!(others.iter_mut().all(|other| other.now_or_never().is_none()));
        drop(first);
        // The second one got its turn, and goes away before it has looked.
        drop(others.remove(0));
        assert!(others[1].as_mut().now_or_never().is_none());
        drop(others[0].as_mut().now_or_never().expect("its turn"));
        drop(others[1].as_mut().now_or_never().expect("its turn"));
        assert!(is_empty(&queues));
    }

    #[test]
    fn commands_of_two_layers_do_not_wait_for_each_other() {
        let (one, other) = (Queues::new(), Queues::new());
        let first = enter(&one, vec![one.key(&"a")]).now_or_never();
        let second = enter(&other, vec![other.key(&"a")]).now_or_never();
        assert!(first.is_some() && second.is_some());
        assert!(enter(&one, vec![one.key(&"a")]).now_or_never().is_none());
    }

    #[test]
    fn those_who_have_gone_away_are_forgotten_while_somebody_works() {
        let queues = queues();
        let working = enter(&queues, vec![1]).now_or_never().expect("nobody is there");
        let mut staying = Box::pin(enter(&queues, vec![1]));
        assert!(staying.as_mut().now_or_never().is_none());
        for _ in 0..10_000 {
            assert!(enter(&queues, vec![1]).now_or_never().is_none());
        }
        assert!(queues.all.shard(1)[&1].as_ref().is_some_and(|waiting| waiting.len() < 100));
        drop(working);
        drop(staying.as_mut().now_or_never().expect("its turn"));
        assert!(is_empty(&queues));
    }

    proptest! {
        /// Each command is polled, finished or given up in a random order: no two work on one key, and in the end,
        /// everybody who has not gone away was let in, and nothing remains.
        #[test]
        fn no_two_work_on_one_key_and_nobody_is_forgotten(
            commands in vec(vec(0_u64..4, 0..4), 1..12),
            steps in vec((any::<u8>(), 0_u8..6), 0..80),
        ) {
            let queues = queues();
            let mut places: Vec<_> = commands
                .iter()
                .map(|keys| (Some(Place::many(&queues, keys.clone())), false))
                .collect();
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let last = (0..12).flat_map(|_| (0..12).map(|n| (n, 1)));
            for (which, what) in steps.into_iter().chain(last) {
                let which = which as usize % places.len();
                let (place, is_in) = &mut places[which];
                let Some(waiting) = place else { continue };
                if *is_in || what == 0 {
                    (*place, *is_in) = (None, false);
                } else if waiting.poll(&mut cx).is_ready() {
                    *is_in = true;
                }
                let working = places.iter().zip(&commands).filter(|((_, is_in), _)| *is_in);
                let mut keys: Vec<_> = working.flat_map(|(_, keys)| {
                    let mut keys = keys.clone();
                    keys.sort_unstable();
                    keys.dedup();
                    keys
                }).collect();
                keys.sort_unstable();
                assert!(keys.windows(2).all(|two| two[0] != two[1]), "{keys:?}");
            }
            assert!(places.iter().all(|(place, _)| place.is_none()), "somebody waits for ever");
            assert!(is_empty(&queues));
        }
    }
}
