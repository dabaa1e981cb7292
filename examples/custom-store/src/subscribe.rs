use crate::FileStore;
use factum_core::store::Watch;

impl FileStore {
    /// No other process can write to the file, so waking our own watchers is enough.
    pub(crate) fn subscribe(&self) -> Watch {
        self.inner.watch.watch()
    }
}
