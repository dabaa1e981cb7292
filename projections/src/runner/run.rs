use super::{
    followed::{Followed, Wanted},
    options::Runner,
    progress::Board,
    supervisor::Supervisor,
    waiter::Waiter,
};
use async_trait::async_trait;
use factum_core::{
    ConsumerName, Projection, StoreError,
    app::Running,
    projection::{Inline, Project, ProjectInline, ProjectionError},
    sink::{InlineStore, Sink},
    store::EventReader,
};
use std::{
    any::Any,
    fmt,
    num::NonZeroU16,
    sync::{Arc, PoisonError},
};
use tokio::{
    sync::{Mutex, watch},
    task::JoinHandle,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A projection that is running. It stops when it is told to, or when this is dropped.
pub struct RunningProjection {
    stop: DropGuard,
    waiter: Waiter,
    task: Mutex<Option<JoinHandle<()>>>,
    /// What takes part in appends.
    attached: std::sync::Mutex<Option<Box<dyn Any + Send + Sync>>>,
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
        Runner { projection: Arc::new(self.projection), options: self.options }.run(sink, store)
    }

    /// Has the appends to `store` change its read model in their own transaction, and runs it for whatever they leave to it:
    /// what was there before, and what others write who do not have it. It stays so until this is stopped.
    ///
    /// # Errors
    /// [`ProjectionError`] when its name cannot be that of a consumer, or it has several partitions.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start_inline<K: InlineStore>(mut self, store: K) -> Result<RunningProjection, ProjectionError>
    where
        P: ProjectInline<K>,
    {
        if self.options.partitions != NonZeroU16::MIN {
            let why = "a projection that takes part in appends has one partition";
            return Err(StoreError::incompatible(format!("running {}", P::NAME), why).into());
        }
        self.options.inline = true;
        let projection = Arc::new(self.projection);
        let attached = store.inlines().attach(Inline::new(Arc::clone(&projection))?);
        let runner = Runner { projection, options: self.options };
        let running = runner.run(store.clone(), store)?;
        *running.attached() = Some(Box::new(attached));
        Ok(running)
    }
}

impl<P> Runner<Arc<P>> {
    fn run<K: Sink>(self, sink: K, store: impl EventReader) -> Result<RunningProjection, ProjectionError>
    where
        P: Project<K>,
    {
        let Self { projection, options } = self;
        let (log, consumer): (Arc<dyn EventReader>, _) = (Arc::new(store), consumer::<P>()?);
        let (board, seen) = Board::new(options.partitions.get());
        let (board, wanted) = (Arc::new(board), Arc::new(Wanted::default()));
        let place = (sink.clone(), consumer.clone(), log.log_id());
        let parting = projection.parting();
        let followed = Followed::new(seen, &board, parting, Arc::clone(&wanted), place, options.inline);
        let (current, seen) = watch::channel(Arc::new(followed));
        let waiter = Waiter::new(
            P::NAME,
            log.log_id(),
            seen,
            sink.clone(),
            consumer.clone(),
            projection.has_documents(),
        );
        let supervisor = Supervisor { projection, sink, log, consumer, options, wanted, current };
        let stop = CancellationToken::new();
        let task = tokio::spawn(supervisor.run(board, stop.clone()));
        let (task, attached) = (Mutex::new(Some(task)), std::sync::Mutex::default());
        Ok(RunningProjection { stop: stop.drop_guard(), waiter, task, attached })
    }
}

/// The name of a projection's checkpoint. A new version of a projection is another consumer, which begins at the
/// first event.
fn consumer<P: Projection>() -> Result<ConsumerName, ProjectionError> {
    Ok(ConsumerName::new(format!("{}_v{}", P::NAME, P::VERSION))?)
}

impl RunningProjection {
    fn attached(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Any + Send + Sync>>> {
        self.attached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the projection, and tells how far it has come.
    #[must_use]
    pub fn waiter(&self) -> Waiter {
        self.waiter.clone()
    }
}

#[async_trait]
impl Running for RunningProjection {
    async fn stop(&self) {
        drop(self.attached().take());
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
