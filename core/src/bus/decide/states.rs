use crate::{EventId, StreamId, StreamVersion, decider::Decider};
use foldhash::fast::RandomState;
use quick_cache::{
    Equivalent, UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};
use std::{
    any::{Any, TypeId},
    sync::{Arc, Mutex, PoisonError},
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
            let slot: Arc<dyn Any + Send + Sync> = Arc::new(Mutex::new(None::<Known<D>>));
            slots.insert((of, stream.clone()), Arc::clone(&slot));
            slot
        });
        Slot(slot.downcast().ok())
    }
}

/// Where one state is kept, if at all.
pub(super) struct Slot<D>(Option<Arc<Mutex<Option<Known<D>>>>>);

impl<D: Decider> Slot<D> {
    /// The state, or that of an empty stream, with all of it to be read.
    pub(super) fn take(&self) -> Known<D> {
        let kept =
            self.0.as_ref().and_then(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner).take());
        kept.unwrap_or_default()
    }

    /// The state as [`take`](Self::take) gives it, which stays where it is.
    pub(super) fn look(&self) -> Known<D> {
        let kept =
            self.0.as_ref().and_then(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner).clone());
        kept.unwrap_or_default()
    }

    /// Keeps a state, unless a later one has been put there meanwhile.
    pub(super) fn keep(&self, known: Known<D>) {
        let Some(slot) = &self.0 else { return };
        let mut kept = slot.lock().unwrap_or_else(PoisonError::into_inner);
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
