use super::{
    Shared,
    job::{InFlight, Job, take_batch},
    writer::Writer,
};
use crate::link::Link;
use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{
    MappedMutexGuard, Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard, Notify, Semaphore, mpsc,
};

/// How many jobs may wait before callers wait to put theirs in.
const QUEUE: usize = 8_192;
/// How many jobs are worth a group of their own while another is under way. Fewer are better off in the next one: a group
/// costs the server as much as twenty appends, and a flush to the disk.
const ENOUGH: usize = 24;

/// The appends of the process, and the writers that commit them in groups.
pub(super) struct Queue {
    line: Arc<Line>,
    /// Used by the callers themselves. A caller may stop polling half-way, so nobody ever waits for it.
    direct: AsyncMutex<Writer>,
}

/// What writers share.
struct Line {
    state: Mutex<State>,
    changed: Notify,
    room: Arc<Semaphore>,
    most: usize,
}

#[derive(Default)]
struct State {
    waiting: Vec<Job>,
    /// How many groups are under way, and what is in them.
    groups: usize,
    in_flight: InFlight,
    is_closed: bool,
}

impl Queue {
    pub(super) fn start(shared: &Arc<Shared>, writers: NonZeroUsize) -> Self {
        let (aside, put_aside) = mpsc::unbounded_channel();
        tokio::spawn(commit_put_aside(Writer::new(shared, None), put_aside));
        let line = Arc::new(Line {
            state: Mutex::default(),
            changed: Notify::new(),
            room: Arc::new(Semaphore::new(QUEUE)),
            most: shared.config.max_batch.get(),
        });
        for _ in 0..writers.get() {
            tokio::spawn(commit_groups(Writer::new(shared, Some(aside.clone())), Arc::clone(&line)));
        }
        Self { line, direct: AsyncMutex::new(Writer::new(shared, Some(aside))) }
    }

    /// Commits `job`: at once and here if nobody else appends, since to have another task do it takes longer than to do it;
    /// otherwise with the next group.
    pub(super) async fn commit(&self, job: Job) {
        if self.line.is_idle()
            && let Ok(mut writer) = self.direct.try_lock()
        {
            // All that it may come to would otherwise be a part of every append, and be moved with it.
            return Box::pin(writer.commit(vec![job])).await;
        }
        self.enqueue(job).await;
    }

    /// The connection of the callers themselves, if nobody uses it now. To read over it before an append costs less than to
    /// wake another process of the server for each.
    pub(super) fn lone(&self) -> Option<MappedMutexGuard<'_, Option<Link>>> {
        let writer = self.direct.try_lock().ok()?;
        Some(AsyncMutexGuard::map(writer, Writer::link))
    }

    /// Has `job` committed after those that were sent before.
    pub(super) async fn enqueue(&self, mut job: Job) {
        // It is never closed.
        job.room = Arc::clone(&self.line.room).acquire_owned().await.ok();
        self.line.state().waiting.push(job);
        self.line.changed.notify_one();
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.line.state().is_closed = true;
        self.line.changed.notify_waiters();
        // For one that is about to wait.
        self.line.changed.notify_one();
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self) -> bool {
        let state = self.state();
        state.groups == 0 && state.waiting.is_empty()
    }

    /// The next group, once there is one; `None` when there will be none any more.
    async fn next(&self) -> Option<Vec<Job>> {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Before the look, so that what changes after it is not missed.
            changed.as_mut().enable();
            {
                let mut state = self.state();
                let State { waiting, groups, in_flight, is_closed } = &mut *state;
                if *groups == 0 || waiting.len() >= ENOUGH {
                    let group = take_batch(waiting, in_flight, self.most);
                    if !group.is_empty() {
                        *groups += 1;
                        // There may be enough left for another writer.
                        if waiting.len() >= ENOUGH {
                            self.changed.notify_one();
                        }
                        return Some(group);
                    }
                }
                if *is_closed && waiting.is_empty() {
                    return None;
                }
            }
            changed.await;
        }
    }
}

/// A group, until it has ended, however it does.
struct UnderWay<'a> {
    line: &'a Line,
    part: InFlight,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut state = self.line.state();
        state.groups -= 1;
        state.in_flight.remove(&self.part);
        drop(state);
        // Not only one: what this has made room for may be a group for another as well.
        self.line.changed.notify_waiters();
        self.line.changed.notify_one();
    }
}

/// Commits one group after the other until the queue is closed, and what is in it is done.
async fn commit_groups(mut writer: Writer, line: Arc<Line>) {
    while let Some(group) = line.next().await {
        let under_way = UnderWay { part: InFlight::of(&group), line: &line };
        writer.commit(group).await;
        drop(under_way);
    }
    // Those that still wait for something to do have nothing to wait for.
    line.changed.notify_waiters();
}

/// Commits those that wait for a lock, one after the other.
async fn commit_put_aside(mut writer: Writer, mut jobs: mpsc::UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        writer.commit(vec![job]).await;
    }
}
