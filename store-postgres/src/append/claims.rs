use factum_core::EventId;
use foldhash::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The ids of the events that are being appended by this process. Two appends with the same id take turns, so that the second
/// finds what the first has committed.
#[derive(Debug, Default)]
pub(super) struct Claims {
    ids: Mutex<HashSet<EventId>>,
    released: Notify,
}

/// Some of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    claims: Arc<Claims>,
    ids: Vec<EventId>,
}

/// An append has this id twice.
pub(super) struct Twice(pub(super) EventId);

impl Claims {
    /// Waits until nobody else appends one of `ids`.
    pub(super) async fn claim(self: &Arc<Self>, ids: Vec<EventId>) -> Result<Claim, Twice> {
        loop {
            let mut released = std::pin::pin!(self.released.notified());
            // Before the look, so that what is released after it is not missed.
            released.as_mut().enable();
            if self.take(&ids)? {
                return Ok(Claim { claims: Arc::clone(self), ids });
            }
            released.await;
        }
    }

    fn take(&self, ids: &[EventId]) -> Result<bool, Twice> {
        let mut taken = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.iter().any(|id| taken.contains(id)) {
            return Ok(false);
        }
        for (count, id) in ids.iter().enumerate() {
            if !taken.insert(*id) {
                ids[..count].iter().for_each(|id| {
                    taken.remove(id);
                });
                return Err(Twice(*id));
            }
        }
        Ok(true)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut taken = self.claims.ids.lock().unwrap_or_else(PoisonError::into_inner);
        for id in &self.ids {
            taken.remove(id);
        }
        drop(taken);
        self.claims.released.notify_waiters();
    }
}
