use crate::{EventId, StreamId, StreamVersion, decider::Decider};
use foldhash::fast::RandomState;
use quick_cache::{
    Equivalent, UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};
use std::{
    any::{Any, TypeId},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The folded aggregates that were used last.
///
/// A state is taken out while a command is decided on it, so that it can be changed in place, and put back afterwards;
/// who finds it gone reads the stream. A command that panics or is dropped half-way leaves nothing behind.
pub(super) struct States {
    slots: Option<Cache<Place, Arc<dyn Any + Send + Sync>, UnitWeighter, RandomState>>,
}

/// Two types may fold the same stream.
type Place = (TypeId, StreamId);

/// A [`Place`] to look for, without a copy of its stream's id.
#[derive(Hash)]
struct Sought<'a>(TypeId, &'a StreamId);

impl Equivalent<Place> for Sought<'_> {
    fn equivalent(&self, place: &Place) -> bool {
        self.0 == place.0 && *self.1 == place.1
    }
}

impl States {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            slots: (capacity > 0).then(|| {
                let (weighter, hasher) = (UnitWeighter, RandomState::default());
                Cache::with(capacity, capacity as u64, weighter, hasher, DefaultLifecycle::default())
            }),
        }
    }

    pub(super) fn slot<D: Decider>(&self, stream: &StreamId) -> Slot<D> {
        let Some(slots) = &self.slots else { return Slot(None) };
        let of = TypeId::of::<D>();
        let slot = slots.get(&Sought(of, stream)).unwrap_or_else(|| {
            let known = Mutex::new(None::<Known<D>>);
            let slot: Arc<dyn Any + Send + Sync> = Arc::new(Kept { stream: stream.clone(), known });
            slots.insert((of, stream.clone()), Arc::clone(&slot));
            slot
        });
        Slot(slot.downcast().ok())
    }
}

/// Where one state is kept, if at all.
pub(super) struct Slot<D>(Option<Arc<Kept<D>>>);

struct Kept<D> {
    stream: StreamId,
    known: Mutex<Option<Known<D>>>,
}

impl<D> Kept<D> {
    fn known(&self) -> MutexGuard<'_, Option<Known<D>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Decider> Slot<D> {
    /// The id of the stream, if there is a place for its state: for all commands the same copy of it, which needs no
    /// comparison to be found equal.
    pub(super) fn stream(&self) -> Option<&StreamId> {
        self.0.as_ref().map(|kept| &kept.stream)
    }

    /// The state, or that of an empty stream, with all of it to be read.
    pub(super) fn take(&self) -> Known<D> {
        self.0.as_ref().and_then(|kept| kept.known().take()).unwrap_or_default()
    }

    /// The state as [`take`](Self::take) gives it, which stays where it is.
    pub(super) fn look(&self) -> Known<D> {
        self.0.as_ref().and_then(|kept| kept.known().clone()).unwrap_or_default()
    }

    /// Keeps a state, unless a later one has been put there meanwhile.
    pub(super) fn keep(&self, known: Known<D>) {
        let Some(kept) = &self.0 else { return };
        let mut kept = kept.known();
        if kept.as_ref().is_none_or(|kept| kept.version <= known.version) {
            *kept = Some(known);
        }
    }
}

/// A state, and the version of the stream that it is the state of.
pub(super) struct Known<D> {
    pub(super) state: Arc<D>,
    pub(super) version: StreamVersion,
    /// The event of that version, if there is one: by it, the stream is known again.
    pub(super) last: Option<EventId>,
    /// Whether later events are known to exist, or may.
    pub(super) behind: bool,
}

impl<D: Decider> Default for Known<D> {
    fn default() -> Self {
        Self { state: Arc::default(), version: StreamVersion::EMPTY, last: None, behind: true }
    }
}

impl<D> Clone for Known<D> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), version: self.version, last: self.last, behind: self.behind }
    }
}
