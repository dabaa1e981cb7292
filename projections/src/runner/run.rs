use super::{
    progress::{Progress, Status, Waiter},
    session::{Session, SessionError},
};
use async_trait::async_trait;
use factum_core::{Position, Projection, app::Running, projection::Project, sink::Sink, store::EventReader};
use std::{error::Error, fmt, marker::PhantomData, sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, watch},
    task::JoinHandle,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long to wait before trying again after a transient error: doubled each time, up to the longer one,
/// until it has come further.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// A projection that is running. It stops when it is told to, or when this is dropped.
pub struct RunningProjection {
    stop: DropGuard,
    waiter: Waiter,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Runs `projection` over the events of `store` into `sink`, on a task of its own.
///
/// It claims the projection's checkpoint in the sink, which deposes whoever runs it elsewhere.
///
/// # Panics
/// Outside a tokio runtime.
pub fn run<K: Sink, P: Project<K>>(projection: P, sink: K, store: impl EventReader) -> RunningProjection {
    let store: Arc<dyn EventReader> = Arc::new(store);
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let (progress, seen) = watch::channel(Progress { position: Position::START, status: Status::Starting });
    let waiter = Waiter::new(P::NAME, store.log_id(), seen);
    let task = tokio::spawn(async move {
        let told = Told::<P> { progress, projection: PhantomData };
        let status = sessions(&projection, &sink, &store, &told.progress, &stopped).await;
        told.progress.send_modify(|progress| progress.status = status);
    });
    RunningProjection { stop: stop.drop_guard(), waiter, task: Mutex::new(Some(task)) }
}

/// Tells how the projection has come to its end also when its code panics, or when the runtime ends before it.
struct Told<P: Projection> {
    progress: watch::Sender<Progress>,
    projection: PhantomData<fn() -> P>,
}

impl<P: Projection> Drop for Told<P> {
    fn drop(&mut self) {
        if self.progress.borrow().status.is_final() {
            return;
        }
        let status = if std::thread::panicking() {
            tracing::error!(projection = P::NAME, "projection has panicked and stopped");
            Status::Panicked
        } else {
            Status::Stopped
        };
        self.progress.send_modify(|progress| progress.status = status);
    }
}

/// One session after the other, until it is stopped or trying again cannot help.
async fn sessions<K: Sink, P: Project<K>>(
    projection: &P,
    sink: &K,
    store: &Arc<dyn EventReader>,
    progress: &watch::Sender<Progress>,
    stop: &CancellationToken,
) -> Status {
    let mut wait = BACKOFF.0;
    let mut furthest = Position::START;
    loop {
        let error = match Session::open(projection, sink, store, progress).await {
            Ok(mut session) => match session.run(stop).await {
                Ok(()) => return Status::Stopped,
                Err(error) => error,
            },
            Err(error) => error,
        };
        if error.is_deposed() {
            tracing::info!(projection = P::NAME, error = full(&error), "projection was taken over");
            return Status::Deposed;
        }
        if !error.is_transient() {
            return failed::<P>(error);
        }
        // Only what comes further than ever before counts as having worked: a session that passes over the same
        // events as the last one, and then fails in the same way, does not.
        let position = progress.borrow().position;
        if position > furthest {
            (furthest, wait) = (position, BACKOFF.0);
        }
        tracing::warn!(
            projection = P::NAME,
            error = full(&error),
            "projection will begin again at its checkpoint"
        );
        let error: Arc<dyn Error + Send + Sync> = Arc::new(error);
        progress.send_modify(|progress| progress.status = Status::Retrying(error));
        tokio::select! {
            () = stop.cancelled() => return Status::Stopped,
            () = tokio::time::sleep(wait) => wait = BACKOFF.1.min(wait * 2),
        }
    }
}

fn failed<P: Projection>(error: SessionError) -> Status {
    tracing::error!(projection = P::NAME, error = full(&error), "projection has failed and stopped");
    Status::Failed(Arc::new(error))
}

/// An error with its causes on one line.
fn full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl RunningProjection {
    /// Waits for the projection, and tells how far it has come.
    #[must_use]
    pub fn waiter(&self) -> Waiter {
        self.waiter.clone()
    }
}

#[async_trait]
impl Running for RunningProjection {
    async fn stop(&self) {
        self.stop.token().cancel();
        let mut task = self.task.lock().await;
        // Taken out only once it has ended, so that whoever asks after somebody who gave up waiting waits for it too.
        if let Some(running) = task.as_mut() {
            // A panic of the projection's own code has been reported by the runtime, and is seen by whoever waits.
            let _ = running.await;
            *task = None;
        }
    }
}

impl fmt::Debug for RunningProjection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningProjection").field("waiter", &self.waiter).finish_non_exhaustive()
    }
}
