//! The threads that read.

use crate::{SqliteConfig, error::Context, row::Names, thread::Thread};
use crossbeam_channel::{Sender, unbounded};
use factum_core::StoreError;
use rusqlite::Connection;
use std::num::NonZeroUsize;
use tokio::sync::oneshot;

type Read = Box<dyn FnOnce(&mut Reader) + Send>;

/// Sends reads to whichever thread is free. The threads end when this is dropped.
pub(crate) struct Readers {
    /// Before the threads, which end when this is gone.
    reads: Sender<Read>,
    _threads: Vec<Thread>,
}

/// A connection, and what is remembered beside it.
pub(crate) struct Reader {
    pub(crate) connection: Connection,
    pub(crate) names: Names,
}

impl Readers {
    pub(crate) fn start(config: &SqliteConfig, count: NonZeroUsize) -> Result<Self, StoreError> {
        let (reads, queue) = unbounded::<Read>();
        let mut threads = Vec::with_capacity(count.get());
        for _ in 0..count.get() {
            let connection = config.connect()?;
            connection.pragma_update(None, "query_only", true).doing("preparing a connection for reading")?;
            let queue = queue.clone();
            let mut reader = Reader { connection, names: Names::new() };
            let run = move || queue.iter().for_each(|read| read(&mut reader));
            threads.push(Thread::start("reading", run)?);
        }
        Ok(Self { reads, _threads: threads })
    }

    /// Does `read` on a thread, in one read transaction: everything in it sees the same state of the file.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: impl FnOnce() -> String + Send + 'static,
        read: impl FnOnce(&Connection, &mut Names) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, result) = oneshot::channel();
        let job = move |reader: &mut Reader| {
            // Nobody waits any more: the read would be for nothing.
            if !reply.is_closed() {
                let _ = reply.send(reader.in_transaction(read).doing_with(doing));
            }
        };
        let _ = self.reads.send(Box::new(job));
        result.await.unwrap_or_else(|_| Err(StoreError::closed("reading")))
    }
}

impl Reader {
    fn in_transaction<T>(
        &mut self,
        read: impl FnOnce(&Connection, &mut Names) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
        let result = read(&self.connection, &mut self.names);
        // Ending a transaction that has only read releases its snapshot; there is nothing to lose.
        self.connection.prepare_cached("ROLLBACK")?.execute([])?;
        result
    }
}
