use super::{
    node::Node,
    options::{Options, Runner},
    progress::{Board, Status},
    share::Shared,
    waiter::{Waiter, Wanted},
};
use async_trait::async_trait;
use factum_core::{
    ConsumerName, Projection,
    app::Running,
    lease::Group,
    projection::{Project, ProjectionError},
    sink::Sink,
    store::EventReader,
};
use std::{fmt, sync::Arc};
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A projection that is running. It stops when it is told to, or when this is dropped.
pub struct RunningProjection {
    stop: DropGuard,
    waiter: Waiter,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl<P> Runner<P> {
    /// Runs the projection over the events of `store` into `sink`, on tasks of its own: this node shares its partitions with
    /// all others that run it into this sink.
    ///
    /// # Errors
    /// [`ProjectionError`] when its name cannot be that of a consumer.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start<K: Sink>(
        self,
        sink: K,
        store: impl EventReader,
    ) -> Result<RunningProjection, ProjectionError>
    where
        P: Project<K>,
    {
        let Self { projection, options } = self;
        let store: Arc<dyn EventReader> = Arc::new(store);
        let partitions = options.partitions.get();
        let consumer = consumer::<P>()?;
        let group = Group::new(consumer.clone(), store.log_id(), partitions);
        let (board, seen) = Board::new(partitions);
        let wanted = Arc::new(Wanted::default());
        let quarantine = (sink.clone(), consumer, store.log_id());
        let waiter = Waiter::new(P::NAME, seen, projection.parting(), Arc::clone(&wanted), quarantine);
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(projection, sink, store, board, group, options, wanted, stop.clone()));
        Ok(RunningProjection { stop: stop.drop_guard(), waiter, task: Mutex::new(Some(task)) })
    }
}

#[expect(clippy::too_many_arguments, reason = "what a task owns")]
async fn run<K: Sink, P: Project<K>>(
    projection: P,
    sink: K,
    store: Arc<dyn EventReader>,
    board: Board,
    group: Group,
    options: Options,
    wanted: Arc<Wanted>,
    stop: CancellationToken,
) {
    let shared = Arc::new(Shared::new(projection, sink, store, board));
    let told = Told { shared: Arc::clone(&shared) };
    let status = Node::new(shared, group, options, wanted).run(&stop).await;
    told.shared.board.is(status);
}

/// Tells how the projection has come to its end also when its code panics, or when the runtime ends before it.
struct Told<P: Projection, K> {
    shared: Arc<Shared<P, K>>,
}

impl<P: Projection, K> Drop for Told<P, K> {
    fn drop(&mut self) {
        if self.shared.board.is_final() {
            return;
        }
        let status = if std::thread::panicking() {
            tracing::error!(projection = P::NAME, "projection has panicked and stopped");
            Status::Panicked
        } else {
            Status::Stopped
        };
        self.shared.board.is(status);
    }
}

/// The name of a projection's checkpoint. A new version of a projection is another consumer, which begins at the
/// first event.
fn consumer<P: Projection>() -> Result<ConsumerName, ProjectionError> {
    Ok(ConsumerName::new(format!("{}_v{}", P::NAME, P::VERSION))?)
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
