use crate::{bus::CommandBus, by_type::ByType, store::EventStore};
use async_trait::async_trait;
use std::{fmt, sync::Arc};

/// Why a component did not start.
pub type ComponentError = Box<dyn std::error::Error + Send + Sync>;

/// Something that runs beside the write side for as long as the app does: such as a projection.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something that an app starts",
    label = "this should be a component",
    note = "a projection is added with `.projection(…)`; for anything else write `#[async_trait] impl Component for {Self}`"
)]
#[async_trait]
pub trait Component: Send + 'static {
    /// What it is called in errors and logs.
    fn name(&self) -> String;

    /// Starts it. What keeps running is handed over with [`Startup::keep`].
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError>;
}

/// What a component gets to work with when it starts.
pub struct Startup {
    pub(super) store: Arc<dyn EventStore>,
    pub(super) commands: CommandBus,
    pub(super) models: ByType,
    pub(super) running: Vec<Box<dyn Running>>,
}

impl Startup {
    /// The app's store.
    #[must_use]
    pub fn store(&self) -> Arc<dyn EventStore> {
        Arc::clone(&self.store)
    }

    /// The app's command bus, for a component that sends commands.
    #[must_use]
    pub const fn commands(&self) -> &CommandBus {
        &self.commands
    }

    /// Provides something under its type, for [`App::model`](super::App::model) and [`App::ask`](super::App::ask).
    /// Returns whether it is the first of that type; a second one takes the first one's place.
    pub fn provide<M: Send + Sync + 'static>(&mut self, model: M) -> bool {
        self.models.insert(Arc::new(model))
    }

    /// What was provided under the type `M` by a component that started before.
    #[must_use]
    pub fn model<M: Send + Sync + 'static>(&self) -> Option<Arc<M>> {
        self.models.get()
    }

    /// Keeps what is running, to be stopped with the app.
    pub fn keep(&mut self, running: impl Running) {
        self.running.push(Box::new(running));
    }
}

impl fmt::Debug for Startup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Startup").field("running", &self.running.len()).finish_non_exhaustive()
    }
}

/// A running component. Dropping it must end it too, if less orderly.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something that an app can stop",
    label = "this should be stopped with the app",
    note = "write `#[async_trait] impl Running for {Self} {{ async fn stop(&self) {{ … }} }}`"
)]
#[async_trait]
pub trait Running: Send + Sync + 'static {
    /// Stops it and waits until what it had begun is done. Calling it again does nothing.
    async fn stop(&self);
}
