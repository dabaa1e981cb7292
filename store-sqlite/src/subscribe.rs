use crate::{SqliteConfig, SqliteStore};
use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use factum_core::store::{Watch, WatchSender};
use std::{
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

/// How often to look whether another process has written.
const INTERVAL: Duration = Duration::from_millis(50);

/// Wakes this process's watchers when another process has written to the file. Begins with the first watcher.
///
/// SQLite tells nobody that a file has changed, but says so when asked (`PRAGMA data_version`), without reading the file.
pub(crate) struct OtherWriters {
    wake: Arc<WatchSender>,
    /// Dropping it ends the thread.
    stop: OnceLock<Sender<()>>,
}

impl OtherWriters {
    pub(crate) const fn new(wake: Arc<WatchSender>) -> Self {
        Self { wake, stop: OnceLock::new() }
    }

    fn start(&self, config: &SqliteConfig) -> Sender<()> {
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
        if let Err(error) = thread::Builder::new().name("factum-sqlite-watch".to_owned()).spawn(look) {
            tracing::error!(%error, "watching for other writers failed");
        }
        stop
    }
}

impl SqliteStore {
    pub(crate) fn subscribe(&self) -> Watch {
        let others = &self.inner.others;
        others.stop.get_or_init(|| others.start(&self.inner.config));
        others.wake.watch()
    }
}
