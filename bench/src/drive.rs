//! Many tasks that share the work.

use crate::{Failure, figure::rate};
use std::{
    future::Future,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// Work in pieces with numbers.
pub(crate) trait Job: Send + Sync + 'static {
    fn run(&self, n: u64) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Does these pieces from so many tasks, each the next that nobody has begun; pieces per second.
pub(crate) async fn each<J: Job>(tasks: u64, pieces: Range<u64>, job: J) -> Result<f64, Failure> {
    each_of(tasks, pieces, &Arc::new(job)).await
}

/// As [`each`], for who asks the job something afterwards.
pub(crate) async fn each_of<J: Job>(tasks: u64, pieces: Range<u64>, job: &Arc<J>) -> Result<f64, Failure> {
    let (next, end) = (Arc::new(AtomicU64::new(pieces.start)), pieces.end);
    let count = pieces.end - pieces.start;
    let from = Instant::now();
    if tasks == 1 {
        client(&**job, &next, end).await?;
        return Ok(rate(count, from));
    }
    let begin = |_| {
        let (job, next) = (Arc::clone(job), Arc::clone(&next));
        tokio::spawn(async move { client(&*job, &next, end).await })
    };
    let running: Vec<_> = (0..tasks).map(begin).collect();
    for task in running {
        task.await??;
    }
    Ok(rate(count, from))
}

/// One piece after the other, until all are done.
async fn client<J: Job>(job: &J, next: &AtomicU64, end: u64) -> Result<(), Failure> {
    loop {
        let n = next.fetch_add(1, Relaxed);
        if n >= end {
            return Ok(());
        }
        job.run(n).await.map_err(|error| format!("number {n}: {error}"))?;
    }
}
