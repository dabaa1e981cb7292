use super::{App, Component, ComponentError, Inner, Models, Startup};
use crate::store::EventStore;
use std::{fmt, num::NonZeroU32, sync::Arc};

/// Makes an [`App`].
#[must_use = "an app is made by `build`"]
pub struct AppBuilder<S> {
    store: S,
    components: Vec<Box<dyn Component>>,
    models: Models,
    attempts: NonZeroU32,
}

impl<S: EventStore> AppBuilder<S> {
    /// Under contention somebody always makes progress, so a command that lost this often is one of very many.
    const ATTEMPTS: NonZeroU32 = NonZeroU32::new(100).expect("100 is not 0");

    pub(super) fn new(store: S) -> Self {
        Self { store, components: Vec::new(), models: Models::default(), attempts: Self::ATTEMPTS }
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

    /// How often a command is decided at most when other writers are faster, 100 by default. With 1, a conflict is
    /// returned at once.
    pub const fn attempts(mut self, attempts: NonZeroU32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Starts the components, in the order in which they were added.
    ///
    /// # Errors
    /// [`BuildError`] naming the component that did not start; those before it are stopped.
    pub async fn build(self) -> Result<App, BuildError> {
        let mut startup = Startup {
            store: Arc::new(self.store),
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
        let Startup { store, models, running } = startup;
        Ok(App { inner: Arc::new(Inner { store, models, running, attempts: self.attempts }) })
    }
}

impl<S: fmt::Debug> fmt::Debug for AppBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppBuilder").field("store", &self.store).finish_non_exhaustive()
    }
}

/// A component did not start.
#[derive(Debug, thiserror::Error)]
#[error("starting {component}")]
#[non_exhaustive]
pub struct BuildError {
    /// The component's name.
    pub component: String,
    /// Why it did not start.
    #[source]
    pub source: ComponentError,
}
