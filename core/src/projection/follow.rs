use super::Projection;
use crate::receipt::Receipt;
use async_trait::async_trait;
use std::{error::Error, fmt, marker::PhantomData, sync::Arc};

/// What a projection keeps to be read, so that a question can wait for that projection
/// ([`Asking::after`](crate::bus::Asking::after)).
///
/// [`Documents`](super::Documents) are; for a read model in tables of its own, write it beside the
/// [`Project`](super::Project) that provides the model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which projection keeps it, so it cannot be waited for",
    label = "the question is answered from a `{Self}`",
    note = "write `impl ReadModel for {Self} {{ type Projection = …; }}` if a projection keeps it; otherwise ask without `after`"
)]
pub trait ReadModel: Send + Sync + 'static {
    /// The projection that keeps it.
    type Projection: Projection;
}

/// Waits for a running projection.
#[async_trait]
pub trait Follow: Send + Sync + 'static {
    /// Waits until the projection has applied the append of `receipt`.
    ///
    /// # Errors
    /// Why that will not happen.
    async fn applied(&self, receipt: &Receipt) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// How the projection `P` of an app is waited for. What runs a projection [provides](crate::app::Startup::provide) it.
pub struct Following<P> {
    follow: Arc<dyn Follow>,
    projection: PhantomData<fn() -> P>,
}

impl<P: Projection> Following<P> {
    /// Waits for `P` through `follow`.
    #[must_use]
    pub fn new(follow: impl Follow) -> Self {
        Self { follow: Arc::new(follow), projection: PhantomData }
    }

    pub(crate) fn follow(&self) -> Arc<dyn Follow> {
        Arc::clone(&self.follow)
    }
}

impl<P: Projection> fmt::Debug for Following<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Following({} v{})", P::NAME, P::VERSION)
    }
}
