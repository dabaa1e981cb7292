use super::{App, Component, ComponentError, Inner, Startup};
use crate::{
    Aggregate, Causes, Receipt, SnapshotStore,
    bus::{AnyCommand, CommandBus, ConflictRetry, Decide, Gate, Options, QueryBus, Snapshots},
    by_type::ByType,
    snapshot::SnapshotPolicy,
    store::EventStore,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{error::Error, fmt, sync::Arc, time::Duration};
use tower::{Layer, Service};

/// Makes an [`App`].
#[must_use = "an app is made by `build`"]
pub struct AppBuilder<S> {
    store: S,
    components: Vec<Box<dyn Component>>,
    models: ByType,
    options: Options,
    kept: usize,
    snapshots: Snapshots,
}

impl<S: EventStore> AppBuilder<S> {
    pub(super) fn new(store: S) -> Self {
        Self {
            store,
            components: Vec::new(),
            models: ByType::default(),
            options: Options::default(),
            kept: Decide::KEPT,
            snapshots: Snapshots::default(),
        }
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Starts `component` with the app and stops it with it. Projections are components.
    pub fn component(mut self, component: impl Component) -> Self {
        self.components.push(Box::new(component));
        self
    }

    /// Provides a read model that questions are answered from ([`ReadQuery::Model`](crate::ReadQuery::Model)).
    pub fn model<M: Send + Sync + 'static>(mut self, model: M) -> Self {
        self.models.insert(Arc::new(model));
        self
    }

    /// What happens when another writer was faster: by default, [`ConflictRetry::new`].
    pub fn retry(mut self, retry: ConflictRetry) -> Self {
        self.options.retry = retry;
        self
    }

    /// Whether commands of this process on one aggregate queue, rather than conflict; by default they do.
    pub const fn sequencing(mut self, on: bool) -> Self {
        self.options.sequence = on;
        self
    }

    /// How long a sender waits at most, unless it says otherwise; see [`Dispatch::timeout`](super::Dispatch::timeout).
    /// Counted from when the application's own [layers](Self::layer) have let the command through.
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// How many folded aggregates of each type are kept in memory, those that were used last; by default
    /// [`Decide::KEPT`]. With 0, every command reads its aggregate's stream.
    pub const fn keep(mut self, aggregates: usize) -> Self {
        self.kept = aggregates;
        self
    }

    /// Keeps snapshots of the aggregate `A` in the store, so that a long stream is not read from its beginning when its state is in
    /// no memory: after a start, on another node, or because others were [kept](Self::keep) instead.
    ///
    /// An aggregate that is not in memory then costs one more question to the store, and one command in so many, when its events are
    /// written, the time to read what has come since the last snapshot and to keep another. A snapshot is a cache: one that is
    /// missing, cannot be read, or is not of this log is passed over and made again, and no command fails because of it. Commands
    /// on tags have none. Of two policies for one aggregate, the later one is followed.
    ///
    /// ```
    /// # use factum::prelude::*;
    /// # #[derive(Id, Clone)] struct AccountId(String);
    /// # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
    /// # #[derive(Command)] struct Deposit { #[command(target)] account: AccountId, amount: u64 }
    /// use factum::snapshot::SnapshotPolicy;
    ///
    /// #[derive(Aggregate, Clone, Default, Serialize, Deserialize)]
    /// #[aggregate(id = AccountId, events(Deposited))]
    /// struct Account { balance: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.balance += event.amount } }
    /// # impl Handle<Deposit> for Account {
    /// #     type Rejection = Never;
    /// #     fn handle(&self, command: &Deposit) -> Result<Events<Self>, Never> {
    /// #         Ok(Deposited { amount: command.amount }.into())
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///
    /// let app = App::builder(MemoryStore::new())
    ///     .snapshots::<Account>(SnapshotPolicy::every(100).schema(1))
    ///     .build()
    ///     .await?;
    /// # app.send(Deposit { account: "ada".into(), amount: 100 }).await?;
    /// # Ok(()) }
    /// ```
    pub fn snapshots<A>(self, policy: SnapshotPolicy) -> Self
    where
        S: SnapshotStore + Clone,
        A: Aggregate + Serialize + DeserializeOwned,
    {
        let store = self.store.clone();
        self.snapshots_in::<A>(store, policy)
    }

    /// The same, kept somewhere else than the events.
    pub fn snapshots_in<A>(mut self, store: impl SnapshotStore, policy: SnapshotPolicy) -> Self
    where
        A: Aggregate + Serialize + DeserializeOwned,
    {
        self.snapshots.add::<A>(Arc::new(store), policy);
        self
    }

    /// Puts a [tower](https://docs.rs/tower) layer around all commands: a rate limit, a load shed, an authorisation. Of
    /// several, the one added last is the outermost. It sees each command as an [`AnyCommand`].
    ///
    /// A layer whose service cannot be cloned, such as a rate limit, goes behind a
    /// [`BufferLayer`](https://docs.rs/tower/latest/tower/buffer/struct.BufferLayer.html).
    ///
    /// ```
    /// # use factum::prelude::*;
    /// # #[derive(Id, Clone)] struct AccountId(String);
    /// # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
    /// # #[derive(Aggregate, Clone, Default)]
    /// # #[aggregate(category = "account", id = AccountId, events(Deposited))]
    /// # struct Account { balance: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.balance += event.amount } }
    /// # #[derive(Command)] struct Deposit { #[command(target)] account: AccountId, amount: u64 }
    /// # impl Handle<Deposit> for Account {
    /// #     type Rejection = String;
    /// #     fn handle(&self, command: &Deposit) -> Result<Events<Self>, String> {
    /// #         if command.amount == 0 { return Err("there is nothing to deposit".into()) }
    /// #         Ok(Deposited { amount: command.amount }.into())
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use factum::bus::{AnyCommand, Gate};
    /// use tower::{ServiceExt, layer::layer_fn, service_fn};
    ///
    /// /// Lets nobody pass who does not say who it is.
    /// let identify = layer_fn(|inside: Gate| {
    ///     service_fn(move |command: AnyCommand| {
    ///         let inside = inside.clone();
    ///         async move {
    ///             if command.context.metadata.actor.is_none() {
    ///                 return Err(format!("{} needs an actor", command.name).into());
    ///             }
    ///             inside.oneshot(command).await
    ///         }
    ///     })
    /// });
    /// let app = App::builder(MemoryStore::new()).layer(identify).build().await?;
    ///
    /// let deposit = || Deposit { account: "ada".into(), amount: 100 };
    /// assert_eq!(app.send(deposit()).await.unwrap_err().to_string(), "Deposit needs an actor");
    /// app.send(deposit()).actor("teller-7").await?;
    /// # Ok(()) }
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Gate>,
        L::Service: Service<AnyCommand, Response = Receipt> + Clone + Send + Sync + 'static,
        <L::Service as Service<AnyCommand>>::Error: Into<Box<dyn Error + Send + Sync>>,
        <L::Service as Service<AnyCommand>>::Future: Send + 'static,
    {
        self.options.add(&layer);
        self
    }

    /// Starts the components, in the order in which they were added.
    ///
    /// # Errors
    /// [`BuildError`] naming the component that did not start; those before it are stopped.
    pub async fn build(self) -> Result<App, BuildError> {
        let store: Arc<dyn EventStore> = Arc::new(self.store);
        let decide = Decide::with_snapshots(Arc::clone(&store), self.kept, self.snapshots);
        let commands = CommandBus::new(decide, self.options);
        let mut startup = Startup {
            store,
            commands,
            models: self.models,
            running: Vec::with_capacity(self.components.len()),
        };
        for component in self.components {
            let name = component.name();
            if let Err(source) = component.start(&mut startup).await {
                for running in startup.running.iter().rev() {
                    running.stop().await;
                }
                return Err(BuildError { component: name, source });
            }
        }
        let Startup { store, commands, models, running } = startup;
        let queries = QueryBus::new(Arc::new(models));
        Ok(App { inner: Arc::new(Inner { store, commands, queries, running }) })
    }
}

impl<S: fmt::Debug> fmt::Debug for AppBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppBuilder").field("store", &self.store).finish_non_exhaustive()
    }
}

/// A component did not start.
#[derive(thiserror::Error)]
#[error("starting {component}")]
#[non_exhaustive]
pub struct BuildError {
    /// The component's name.
    pub component: String,
    /// Why it did not start.
    #[source]
    pub source: ComponentError,
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}
