use crate::{SqliteConfig, SqliteStore, thread::Thread};
use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use factum_core::store::{Watch, WatchSender};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// How often to look whether another process has written.
const INTERVAL: Duration = Duration::from_millis(50);

/// Wakes this process's watchers when another process has written to the file. Begins with the first watcher.
///
/// SQLite tells nobody that a file has changed, but says so when asked (`PRAGMA data_version`), without reading the
/// file.
pub(crate) struct OtherWriters {
    wake: Arc<WatchSender>,
    looking: OnceLock<Option<Looking>>,
}

struct Looking {
    /// Before the thread, which ends when this is gone.
    _stop: Sender<()>,
    _thread: Thread,
}

impl OtherWriters {
    pub(crate) const fn new(wake: Arc<WatchSender>) -> Self {
        Self { wake, looking: OnceLock::new() }
    }

    fn start(&self, config: &SqliteConfig) -> Option<Looking> {
        let (stop, stopped) = bounded(0);
        let (wake, config) = (Arc::clone(&self.wake), config.clone());
        let look = move || {
            let connection = match config.connect() {
                Ok(connection) => connection,
                // Subscriptions look by themselves from time to time, so they are late but not lost.
                Err(error) => return tracing::error!(%error, "watching for other writers failed"),
            };
            let mut last = None;
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                let version =
                    connection.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)).ok();
                if version != last {
                    last = version;
                    wake.wake();
                }
            }
        };
        let thread = Thread::start("watching", look);
        let thread = thread.inspect_err(|error| tracing::error!(%error, "watching for other writers failed"));
        Some(Looking { _stop: stop, _thread: thread.ok()? })
    }
}

impl SqliteStore {
    pub(crate) fn subscribe(&self) -> Watch {
        let others = &self.inner.others;
        others.looking.get_or_init(|| others.start(&self.inner.config));
        others.wake.watch()
    }
}
