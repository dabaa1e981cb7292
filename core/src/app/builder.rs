use super::{App, Component, ComponentError, Inner, Startup};
use crate::{
    Causes, Receipt,
    bus::{AnyCommand, CommandBus, ConflictRetry, Decide, Gate, Options, QueryBus},
    by_type::ByType,
    store::EventStore,
};
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
}

impl<S: EventStore> AppBuilder<S> {
    pub(super) fn new(store: S) -> Self {
        Self {
            store,
            components: Vec::new(),
            models: ByType::default(),
            options: Options::default(),
            kept: Decide::KEPT,
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
        let commands = CommandBus::new(Decide::new(Arc::clone(&store), self.kept), self.options);
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
