use super::{
    Shared,
    job::{Job, take_batch},
    writer::Writer,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::{Mutex, mpsc};

/// How many jobs may wait in the queue of a writer before callers wait to put theirs in.
const QUEUE: usize = 4_096;

/// A writer with its queue, and a second one for those who find the first idle.
pub(super) struct Lane {
    /// Used by the callers themselves. A caller may stop polling half-way, so nobody ever waits for it.
    direct: Mutex<Writer>,
    queue: mpsc::Sender<Job>,
    /// Whether the queue's writer is at work, so that one more append costs it little.
    is_busy: Arc<AtomicBool>,
}

impl Lane {
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        let (aside, put_aside) = mpsc::unbounded_channel();
        tokio::spawn(commit_put_aside(Writer::new(shared, None), put_aside));
        let direct = Mutex::new(Writer::new(shared, Some(aside.clone())));
        let is_busy = Arc::new(AtomicBool::new(false));
        let (queue, jobs) = mpsc::channel(QUEUE);
        let writer = Writer::new(shared, Some(aside));
        tokio::spawn(commit_queue(writer, jobs, Arc::clone(&is_busy), shared.config.max_batch.get()));
        Self { direct, queue, is_busy }
    }

    /// Commits `job`: at once and here if nobody else appends, since to have another task do it takes longer than to do it;
    /// otherwise with the next group.
    pub(super) async fn commit(&self, job: Job) -> Result<(), Job> {
        if !self.is_busy.load(Ordering::Relaxed)
            && let Ok(mut writer) = self.direct.try_lock()
        {
            writer.commit(vec![job]).await;
            return Ok(());
        }
        self.enqueue(job).await
    }

    /// Has `job` committed after those that were sent before.
    pub(super) async fn enqueue(&self, job: Job) -> Result<(), Job> {
        self.queue.send(job).await.map_err(|mpsc::error::SendError(job)| job)
    }
}

/// Commits what is sent until all senders are gone, and what they have sent is done.
async fn commit_queue(
    mut writer: Writer,
    mut jobs: mpsc::Receiver<Job>,
    is_busy: Arc<AtomicBool>,
    most: usize,
) {
    let mut waiting = Vec::new();
    while !waiting.is_empty() || jobs.recv_many(&mut waiting, most).await > 0 {
        is_busy.store(true, Ordering::Relaxed);
        while waiting.len() < most {
            match jobs.try_recv() {
                Ok(job) => waiting.push(job),
                Err(_) => break,
            }
        }
        let batch = take_batch(&mut waiting, most);
        writer.commit(batch).await;
        if waiting.is_empty() && jobs.is_empty() {
            is_busy.store(false, Ordering::Relaxed);
        }
    }
}

/// Commits those that wait for a lock, one after the other.
async fn commit_put_aside(mut writer: Writer, mut jobs: mpsc::UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        writer.commit(vec![job]).await;
    }
}
