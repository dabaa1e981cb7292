use crate::error::Context;
use factum_core::StoreError;
use std::thread::{self, JoinHandle};

/// A thread of the store. Dropping it waits for its end, so that a store that is gone has let go of its file.
pub(crate) struct Thread(Option<JoinHandle<()>>);

impl Thread {
    pub(crate) fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<Self, StoreError> {
        let thread = thread::Builder::new().name(format!("factum-sqlite-{name}")).spawn(run);
        Ok(Self(Some(thread.doing_with(|| format!("starting the thread for {name}"))?)))
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // Work may hold the last handle of the store, and is dropped on the thread that writes, which cannot wait for
        // itself.
        let ended = self
            .0
            .take()
            .filter(|thread| thread.thread().id() != thread::current().id())
            .map(JoinHandle::join);
        if let Some(Err(_)) = ended {
            tracing::error!("a thread of the SQLite store panicked");
        }
    }
}
