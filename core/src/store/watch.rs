use std::sync::atomic::{Ordering::SeqCst, fence};
use tokio::sync::watch;

/// Wakes a reader when a log may have new events. Carries no events: whoever wakes reads.
///
/// Wake-ups are coalesced, and a spurious one is allowed. Independent of any async runtime.
#[derive(Clone, Debug)]
pub struct Watch {
    receiver: watch::Receiver<()>,
}

impl Watch {
    /// A sender and its first watcher.
    #[must_use]
    pub fn channel() -> (WatchSender, Self) {
        let (sender, receiver) = watch::channel(());
        (WatchSender { sender }, Self { receiver })
    }

    /// Waits until something may have been appended since the last call returned (or since the watch was made).
    ///
    /// Make the watch *before* reading, so that nothing can be missed in between. Returns `false` once the store is
    /// closed and nothing will come any more.
    ///
    /// # Cancellation
    /// Safe: a wake-up that arrives meanwhile is kept for the next call.
    pub async fn changed(&mut self) -> bool {
        self.receiver.changed().await.is_ok()
    }
}

/// The store's side of [`Watch`].
#[derive(Debug)]
pub struct WatchSender {
    sender: watch::Sender<()>,
}

impl WatchSender {
    /// Wakes all watchers.
    pub fn wake(&self) {
        // A watcher that is not seen here has been made after what it would be woken for was written, and finds it: of
        // the two fences, one is the first.
        fence(SeqCst);
        if self.sender.receiver_count() > 0 {
            self.sender.send_replace(());
        }
    }

    /// Another watcher, which sees the wake-ups from now on.
    #[must_use]
    pub fn watch(&self) -> Watch {
        let watch = Watch { receiver: self.sender.subscribe() };
        fence(SeqCst);
        watch
    }
}
