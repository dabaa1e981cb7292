use super::{AskError, Asking};
use crate::{ReadQuery, by_type::ByType};
use futures_util::future::BoxFuture;
use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// Answers questions from read models. It has no store, and the documents of projections can only be read: a question
/// changes nothing.
///
/// As a [`Service`] it takes any layer: a cache, a limit, an authorisation.
///
/// ```
/// use factum::{bus::QueryBus, prelude::*};
/// use tower::ServiceExt;
///
/// struct Rates { eur_usd: f64 }
///
/// struct GetRate;
///
/// impl ReadQuery for GetRate {
///     type Model = Rates;
///     type Answer = f64;
///     async fn answer(self, rates: &Rates) -> Result<f64, AskError> { Ok(rates.eur_usd) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder(MemoryStore::new()).model(Rates { eur_usd: 1.17 }).build().await?;
///
/// // For a part of the program that may ask, and not write.
/// let questions: QueryBus = app.queries().clone();
/// assert_eq!(questions.ask(GetRate).await?, 1.17);
/// assert_eq!(questions.oneshot(GetRate).await?, 1.17);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct QueryBus {
    models: Arc<ByType>,
}

impl QueryBus {
    pub(crate) const fn new(models: Arc<ByType>) -> Self {
        Self { models }
    }

    /// Asks, when the question is awaited; it can be told to wait for a projection first.
    ///
    /// It fails with [`AskError`] when nothing provides the model that the question is answered from, or it cannot be read.
    pub const fn ask<Q: ReadQuery>(&self, query: Q) -> Asking<'_, Q> {
        Asking::new(self, query)
    }

    pub(super) fn require<M: Send + Sync + 'static>(&self) -> Result<Arc<M>, AskError> {
        self.model::<M>().ok_or_else(AskError::no_model::<M>)
    }

    pub(crate) fn model<M: Send + Sync + 'static>(&self) -> Option<Arc<M>> {
        self.models.get()
    }
}

impl<Q: ReadQuery> Service<Q> for QueryBus {
    type Response = Q::Answer;
    type Error = AskError;
    type Future = BoxFuture<'static, Result<Q::Answer, AskError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AskError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, query: Q) -> Self::Future {
        let bus = self.clone();
        Box::pin(async move { query.answer(&*bus.require::<Q::Model>()?).await })
    }
}

impl fmt::Debug for QueryBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryBus").field("models", &self.models).finish()
    }
}
