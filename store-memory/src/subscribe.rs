use crate::MemoryStore;
use factum_core::store::Watch;

impl MemoryStore {
    /// Appends wake watchers after the lock is released, so that whoever wakes finds the events.
    pub(crate) fn subscribe(&self) -> Watch {
        self.inner.watch.watch()
    }
}
