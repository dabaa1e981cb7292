//! Projections in an [`App`].

mod component;

pub(crate) use self::component::start_projection;

use self::component::{Async, OnDemand, WithAppends, waiter_of, waiters};
use crate::{
    health::{self, Health},
    observe::Observed,
    process::{Process, ProcessRunner},
    recurring::{Cron, Due, Recurring, Schedule},
    runner::{Progress, Runner, WaitError},
};
use factum_core::{
    App, Command, Projection, ReadQuery, Receipt, View,
    app::AppBuilder,
    bus::Rejection,
    process::{ProcessManager, Processes},
    projection::{Project, ProjectInline, Reactor, ReadModel},
    sink::{DocumentSink, InlineStore, Sink},
    store::EventStore,
};
use futures_util::future::try_join_all;
use serde::{Serialize, de::DeserializeOwned};
use std::{any::type_name, fmt::Display, future::Future, sync::Arc};

/// Adds projections to an app.
pub trait AppBuilderExt<S>: Sized {
    /// Keeps the documents of `V` beside the app, in the app's store. For a view that needs no value, such as a document
    /// that is its own view.
    #[must_use]
    fn view<V: View + Default>(self) -> Self
    where
        S: DocumentSink;

    /// Runs `projection` beside the app. Its read model lives in the app's store.
    #[must_use]
    fn projection<P: Project<S>>(self, projection: P) -> Self
    where
        S: Sink;

    /// Runs `projection` beside the app. Its read model lives in `sink`.
    #[must_use]
    fn projection_in<K: Sink, P: Project<K>>(self, sink: K, projection: P) -> Self;

    /// Runs `reactor` beside the app. If it has never run before, it begins with what is appended after the app was built. Its
    /// checkpoint lives in the app's store.
    #[must_use]
    fn reactor<R: Reactor>(self, reactor: R) -> Self
    where
        S: Sink;

    /// Runs the process `P` beside the app: it reacts to events, sends commands to the app, and fires deadlines. If it has never
    /// run before, it begins with what is appended after the app was built. What it remembers lives in the app's store.
    #[must_use]
    fn process<P: ProcessManager>(self) -> Self
    where
        S: DocumentSink;

    /// Runs a process beside the app, as its [`ProcessRunner`] says. What it remembers lives in the app's store.
    #[must_use]
    fn run_process<P: ProcessManager>(self, runner: ProcessRunner<P>) -> Self
    where
        S: DocumentSink;

    /// Runs a process beside the app, as its [`ProcessRunner`] says. What it remembers lives in `sink`.
    #[must_use]
    fn run_process_in<K: DocumentSink, P: ProcessManager>(self, sink: K, runner: ProcessRunner<P>) -> Self;

    /// Sends what `command` makes at the times that `cron` says: once for each time, on one of all nodes that run this
    /// schedule. See [`recurring`](crate::recurring).
    #[must_use]
    fn recurring<C>(
        self,
        name: impl Into<Arc<str>>,
        cron: Cron,
        command: impl Fn(&Due) -> C + Send + Sync + 'static,
    ) -> Self
    where
        S: DocumentSink,
        C: Command,
        Rejection<C>: Serialize + DeserializeOwned + Display;

    /// Sends a command again and again, as its [`Recurring`] says. How far it is, is kept in the app's store.
    #[must_use]
    fn run_recurring<C>(self, schedule: Recurring<C>) -> Self
    where
        S: DocumentSink,
        C: Command,
        Rejection<C>: Serialize + DeserializeOwned + Display;

    /// Runs a projection beside the app, as its [`Runner`] says. Its read model lives in the app's store.
    #[must_use]
    fn run<P: Project<S>>(self, runner: Runner<P>) -> Self
    where
        S: Sink;

    /// Runs a projection beside the app, as its [`Runner`] says. Its read model lives in `sink`.
    #[must_use]
    fn run_in<K: Sink, P: Project<K>>(self, sink: K, runner: Runner<P>) -> Self;

    /// Changes the read model of `projection` in the transaction of each append to the app's store. See [`InlineStore`] for what
    /// that guarantees, and when it is applied after the append instead.
    ///
    /// The app starts when it has caught up with what is in the log by then. An event that it cannot apply is refused, as an
    /// append that fails. Every app that writes its events should have it: what others write is applied too, but after
    /// the append.
    #[must_use]
    fn inline<P: ProjectInline<S>>(self, projection: P) -> Self
    where
        S: InlineStore;

    /// Changes a read model in the transaction of each append, with a [`Runner`] for what is in the log before, or is written
    /// by others. It has one partition.
    #[must_use]
    fn run_inline<P: ProjectInline<S>>(self, runner: Runner<P>) -> Self
    where
        S: InlineStore;

    /// Folds `view` from the log whenever it is read, and keeps it nowhere.
    #[must_use]
    fn live<V: View>(self, view: V) -> Self;
}

/// Waits for the projections of an app.
pub trait AppExt {
    /// Waits until the projection `P` has applied the append of `receipt`: after that, a question sees what was
    /// written.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen, because the projection is not running or has failed.
    fn wait_for<P: Projection>(
        &self,
        receipt: &Receipt,
    ) -> impl Future<Output = Result<(), WaitError>> + Send;

    /// Waits until every projection has applied everything that is in the log now.
    ///
    /// # Errors
    /// [`WaitError`] of the first projection for which that will not happen.
    fn caught_up(&self) -> impl Future<Output = Result<(), WaitError>> + Send;

    /// Has the read model of `P` made anew beside the one that is read, by all nodes that run `P`; the number of the new
    /// [generation](Progress::generation). Readers go over to it in one moment, when it has come as far as the one that they
    /// read, so that nobody sees it empty or half-made.
    ///
    /// # Errors
    /// [`WaitError`] when the projection is not running, or its sink cannot be asked for it.
    fn rebuild<P: Projection>(&self) -> impl Future<Output = Result<u32, WaitError>> + Send;

    /// Waits until this generation of the read model of `P` is read, or a later one.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen.
    fn rebuilt<P: Projection>(&self, generation: u32) -> impl Future<Output = Result<(), WaitError>> + Send;

    /// Has one document of `P` made anew from the first event, by the node that runs its partition: after a mistake that concerns few
    /// documents, or one that was mended by hand. Readers see the old document or the new one, and nothing else changes, but
    /// that what waits for it in quarantine is in it. The request is kept by the sink: after a crash it is done all the same.
    ///
    /// Of a view whose keys are those of streams ([`View::KEYS_OF_STREAM`]) only the document's streams are read, otherwise all
    /// events of the projection. Events that were left out of quarantine take part again.
    ///
    /// # Errors
    /// [`WaitError::NoDocuments`] when `P` is no view, or is folded on demand; others when it is not running, or its sink
    /// cannot be asked for it.
    fn repair<P: Projection>(
        &self,
        key: impl Display + Send,
    ) -> impl Future<Output = Result<(), WaitError>> + Send;

    /// Waits until the document of `P` with this key has been made anew, if somebody has asked for that.
    ///
    /// # Errors
    /// [`WaitError::NotRepaired`] when that has failed, and the document is as it was; others when it will not happen.
    fn repaired<P: Projection>(
        &self,
        key: impl Display + Send,
    ) -> impl Future<Output = Result<(), WaitError>> + Send;

    /// The instances of the process `P`: to look at them, and to see to those that are stuck.
    ///
    /// # Errors
    /// [`WaitError::NotRunning`] when the app does not run it.
    fn processes<P: ProcessManager>(&self) -> Result<Processes<P>, WaitError>;

    /// Asks a question of a read model, and tells the answer anew whenever it changes: for user interfaces.
    ///
    /// # Errors
    /// [`WaitError`] when the projection that keeps the model is not running.
    fn observe<Q>(&self, query: Q) -> Result<Observed<Q>, WaitError>
    where
        Q: ReadQuery<Model: ReadModel, Answer: Clone + PartialEq> + Clone;

    /// How each projection that has a place of its own is.
    ///
    /// # Errors
    /// [`WaitError::Store`] when the log or a sink cannot be read.
    fn health(&self) -> impl Future<Output = Result<Vec<Health>, WaitError>> + Send;

    /// How far each projection that has a place of its own has come, by name.
    fn progress(&self) -> Vec<(&'static str, Progress)>;
}

impl<S: EventStore> AppBuilderExt<S> for AppBuilder<S> {
    fn view<V: View + Default>(self) -> Self
    where
        S: DocumentSink,
    {
        self.projection(V::default())
    }

    fn projection<P: Project<S>>(self, projection: P) -> Self
    where
        S: Sink,
    {
        self.run(Runner::new(projection))
    }

    fn projection_in<K: Sink, P: Project<K>>(self, sink: K, projection: P) -> Self {
        self.run_in(sink, Runner::new(projection))
    }

    fn reactor<R: Reactor>(self, reactor: R) -> Self
    where
        S: Sink,
    {
        self.run(Runner::reactor(reactor))
    }

    fn process<P: ProcessManager>(self) -> Self
    where
        S: DocumentSink,
    {
        self.run_process(ProcessRunner::<P>::new())
    }

    fn run_process<P: ProcessManager>(self, runner: ProcessRunner<P>) -> Self
    where
        S: DocumentSink,
    {
        let sink = self.store().clone();
        self.run_process_in(sink, runner)
    }

    fn run_process_in<K: DocumentSink, P: ProcessManager>(self, sink: K, runner: ProcessRunner<P>) -> Self {
        self.component(Process { runner, sink })
    }

    fn recurring<C>(
        self,
        name: impl Into<Arc<str>>,
        cron: Cron,
        command: impl Fn(&Due) -> C + Send + Sync + 'static,
    ) -> Self
    where
        S: DocumentSink,
        C: Command,
        Rejection<C>: Serialize + DeserializeOwned + Display,
    {
        self.run_recurring(Recurring::new(name, cron, command))
    }

    fn run_recurring<C>(self, schedule: Recurring<C>) -> Self
    where
        S: DocumentSink,
        C: Command,
        Rejection<C>: Serialize + DeserializeOwned + Display,
    {
        let sink = self.store().clone();
        self.component(Schedule { schedule, sink })
    }

    fn run<P: Project<S>>(self, runner: Runner<P>) -> Self
    where
        S: Sink,
    {
        let sink = self.store().clone();
        self.run_in(sink, runner)
    }

    fn run_in<K: Sink, P: Project<K>>(self, sink: K, runner: Runner<P>) -> Self {
        self.component(Async { runner, sink })
    }

    fn inline<P: ProjectInline<S>>(self, projection: P) -> Self
    where
        S: InlineStore,
    {
        self.run_inline(Runner::new(projection))
    }

    fn run_inline<P: ProjectInline<S>>(self, runner: Runner<P>) -> Self
    where
        S: InlineStore,
    {
        let store = self.store().clone();
        self.component(WithAppends { runner, store })
    }

    fn live<V: View>(self, view: V) -> Self {
        self.component(OnDemand { view })
    }
}

impl AppExt for App {
    async fn wait_for<P: Projection>(&self, receipt: &Receipt) -> Result<(), WaitError> {
        waiter_of::<P>(self)?.applied(receipt).await
    }

    async fn caught_up(&self) -> Result<(), WaitError> {
        let waiters = waiters(self);
        let head = self.store().head().await.map_err(|e| WaitError::Store(Arc::new(e)))?;
        // Side by side, so that one that does not move cannot hide another's failure.
        try_join_all(waiters.iter().map(|waiter| waiter.reached(head))).await?;
        Ok(())
    }

    async fn rebuild<P: Projection>(&self) -> Result<u32, WaitError> {
        waiter_of::<P>(self)?.rebuild().await
    }

    async fn rebuilt<P: Projection>(&self, generation: u32) -> Result<(), WaitError> {
        waiter_of::<P>(self)?.rebuilt(generation).await
    }

    async fn repair<P: Projection>(&self, key: impl Display + Send) -> Result<(), WaitError> {
        waiter_of::<P>(self)?.repair(&key.to_string()).await
    }

    async fn repaired<P: Projection>(&self, key: impl Display + Send) -> Result<(), WaitError> {
        waiter_of::<P>(self)?.repaired(&key.to_string()).await
    }

    fn processes<P: ProcessManager>(&self) -> Result<Processes<P>, WaitError> {
        let processes = self.model::<Processes<P>>().ok_or(WaitError::NotRunning(type_name::<P>()))?;
        Ok((*processes).clone())
    }

    fn observe<Q>(&self, query: Q) -> Result<Observed<Q>, WaitError>
    where
        Q: ReadQuery<Model: ReadModel, Answer: Clone + PartialEq> + Clone,
    {
        let waiter = waiter_of::<<Q::Model as ReadModel>::Projection>(self)?;
        Ok(Observed::new(self.clone(), query, waiter))
    }

    async fn health(&self) -> Result<Vec<Health>, WaitError> {
        let log: &dyn EventStore = &**self.store();
        let mut all = Vec::new();
        for waiter in waiters(self) {
            let health =
                health::look(&waiter, log).await.map_err(|error| WaitError::Store(Arc::new(error)))?;
            all.extend(health);
        }
        Ok(all)
    }

    fn progress(&self) -> Vec<(&'static str, Progress)> {
        waiters(self).iter().filter_map(|waiter| Some((waiter.name(), waiter.progress()?))).collect()
    }
}
