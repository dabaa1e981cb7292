//! The application: commands in, events to the log, questions to the read side.

mod builder;
mod component;
mod dispatch;

pub use self::{
    builder::{AppBuilder, BuildError},
    component::{Component, ComponentError, Running, Startup},
    dispatch::{Dispatch, Dispatched},
};

use crate::{
    Aggregate, ReadQuery, StoreError, Trace,
    bus::{Asking, CommandBus, Current, LoadError, QueryBus},
    decider::Command,
    store::EventStore,
    trace::ReadTrace,
};
use std::{fmt, sync::Arc};

/// Ties a store, the domain and the read models together. Cheap to clone; all clones are one application.
///
/// Commands need no registration: a command says through its types who decides it. Projections are added to the
/// [builder](App::builder).
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn EventStore>,
    commands: CommandBus,
    queries: QueryBus,
    /// What was started with the app, in order; stopped in reverse.
    running: Vec<Box<dyn Running>>,
}

impl App {
    /// An application on `store`.
    pub fn builder<S: EventStore>(store: S) -> AppBuilder<S> {
        AppBuilder::new(store)
    }

    /// Sends a command: loads what it is decided on, decides it, appends its events, and does it again if another
    /// writer was faster.
    ///
    /// Returns a [`Dispatch`] to be awaited, which can be given metadata first:
    /// `app.send(command).actor("clerk-7").await`.
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
    /// let app = App::builder(MemoryStore::new()).build().await?;
    ///
    /// let done = app.send(Deposit { account: "ada".into(), amount: 100 }).await?;
    /// assert_eq!(done.state.balance, 100);
    /// assert_eq!((done.events.len(), done.receipt.position().get()), (1, 1));
    ///
    /// let refused = app.send(Deposit { account: "ada".into(), amount: 0 }).await.unwrap_err();
    /// assert_eq!(refused.rejection().map(String::as_str), Some("there is nothing to deposit"));
    /// # Ok(()) }
    /// ```
    pub fn send<C: Command>(&self, command: C) -> Dispatch<'_, C> {
        Dispatch::new(self, command)
    }

    /// Asks the read side.
    ///
    /// Returns an [`Asking`] to be awaited, which can be told first what the answer must know of:
    /// `app.ask(Balance::get("ada")).after(&done).await`. It fails with [`AskError`](crate::AskError) when nothing provides
    /// the model that the question is answered from, or it cannot be read.
    pub fn ask<Q: ReadQuery>(&self, query: Q) -> Asking<'_, Q> {
        self.inner.queries.ask(query)
    }

    /// The command bus, to put a layer around it or to send an [`Envelope`](crate::bus::Envelope).
    #[must_use]
    pub fn commands(&self) -> &CommandBus {
        &self.inner.commands
    }

    /// The query bus, to put a layer around it, or for those who may ask and not write.
    #[must_use]
    pub fn queries(&self) -> &QueryBus {
        &self.inner.queries
    }

    /// The present state of an aggregate and its version, folded from its stream.
    ///
    /// # Errors
    /// [`LoadError`] when the stream cannot be read.
    pub async fn load<A: Aggregate>(&self, id: &A::Id) -> Result<Current<A>, LoadError> {
        self.inner.commands.decide().load(id).await
    }

    /// What the request that an id belongs to has set off, read back from the log: the id of an event, its position, or a
    /// correlation id. `None` if the log has no event of it. See [`Trace`], also for what it costs.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn trace(&self, request: impl Into<ReadTrace> + Send) -> Result<Option<Trace>, StoreError> {
        Trace::read(&**self.store(), request).await
    }

    /// What was provided under the type `M`.
    #[must_use]
    pub fn model<M: Send + Sync + 'static>(&self) -> Option<Arc<M>> {
        self.inner.queries.model()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.inner.store
    }

    /// Stops what runs beside the app, such as projections: each finishes the batch that it is in. Commands can still
    /// be sent.
    pub async fn shutdown(&self) {
        for running in self.inner.running.iter().rev() {
            running.stop().await;
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("log", &self.inner.store.log_id()).finish_non_exhaustive()
    }
}
