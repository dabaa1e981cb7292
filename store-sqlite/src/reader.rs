//! The threads that read.

use crate::{SqliteConfig, error::Context, row::Names, thread::Thread};
use factum_core::StoreError;
use rusqlite::Connection;
use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

type Read = Box<dyn FnOnce(&mut Reader, &Worker) + Send>;

/// Sends reads to the thread that was busy last of those that are free. The threads end when this is dropped, after
/// what was sent before.
pub(crate) struct Readers {
    /// Before the threads, which end when this is gone.
    queue: Close,
    _threads: Vec<Thread>,
}

/// A connection, and what is remembered beside it.
pub(crate) struct Reader {
    pub(crate) connection: Connection,
    pub(crate) names: Names,
}

impl Readers {
    pub(crate) fn start(config: &SqliteConfig, count: NonZeroUsize) -> Result<Self, StoreError> {
        let mut threads = Vec::with_capacity(count.get());
        // Dropped before them if one cannot be started, so that the others end.
        let queue = Close(Arc::new(Queue::new(count.get())));
        for number in 0..count.get() {
            let connection = config.connect()?;
            connection.pragma_update(None, "query_only", true).doing("preparing a connection for reading")?;
            let mut reader = Reader { connection, names: Names::new() };
            let worker = queue.0.worker(number);
            let run = move || {
                while let Some(read) = worker.next() {
                    read(&mut reader, &worker);
                }
            };
            threads.push(Thread::start("reading", run)?);
        }
        Ok(Self { queue, _threads: threads })
    }

    /// Does `read` on a thread, in one read transaction: everything in it sees the same state of the file.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: impl FnOnce() -> String + Send + 'static,
        read: impl FnOnce(&Connection, &mut Names) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, result) = oneshot::channel();
        let job = move |reader: &mut Reader, worker: &Worker| {
            // Nobody waits any more: the read would be for nothing.
            if !reply.is_closed() {
                let result = reader.in_transaction(read).doing_with(doing);
                // Before the answer: whoever gets it may ask for what follows at once.
                worker.is_free();
                let _ = reply.send(result);
            }
        };
        self.queue.0.send(Box::new(job));
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

/// What is to be read, for whichever thread is free. One that has just read is preferred: it has the file's pages, the
/// names and its memory at hand, where threads that take turns would each have to get them.
struct Queue {
    state: Mutex<State>,
    /// By number of the thread.
    wake: Vec<Condvar>,
}

struct State {
    reads: VecDeque<Read>,
    /// The threads that wait, the one that was busy last at the end.
    idle: Vec<usize>,
    /// How many threads there are; a read that panics ends its own.
    threads: usize,
    closed: bool,
}

impl Queue {
    fn new(threads: usize) -> Self {
        let state =
            State { reads: VecDeque::new(), idle: Vec::with_capacity(threads), threads, closed: false };
        Self { state: Mutex::new(state), wake: (0..threads).map(|_| Condvar::new()).collect() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, read: Read) {
        let mut state = self.lock();
        if state.threads == 0 {
            // Dropped, which tells its caller.
            return;
        }
        state.reads.push_back(read);
        if let Some(number) = state.idle.pop() {
            self.wake[number].notify_one();
        }
    }

    fn worker(self: &Arc<Self>, number: usize) -> Worker {
        Worker { queue: Arc::clone(self), number }
    }
}

/// Closes the queue when it is dropped.
struct Close(Arc<Queue>);

impl Drop for Close {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.wake.iter().for_each(Condvar::notify_one);
    }
}

/// A thread's end of the queue.
struct Worker {
    queue: Arc<Queue>,
    number: usize,
}

impl Worker {
    /// Tells that the thread can be given another read.
    fn is_free(&self) {
        let mut state = self.queue.lock();
        if state.reads.is_empty() {
            state.idle.push(self.number);
        }
    }

    /// The next read; `None` once the queue is closed and empty.
    fn next(&self) -> Option<Read> {
        let mut state = self.queue.lock();
        loop {
            if let Some(read) = state.reads.pop_front() {
                state.idle.retain(|number| *number != self.number);
                return Some(read);
            }
            if state.closed {
                return None;
            }
            if !state.idle.contains(&self.number) {
                state.idle.push(self.number);
            }
            state = self.queue.wake[self.number]
                .wait_while(state, |state| !state.closed && state.idle.contains(&self.number))
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.threads -= 1;
        if state.threads == 0 {
            let unread = std::mem::take(&mut state.reads);
            drop(state);
            drop(unread);
        }
    }
}
