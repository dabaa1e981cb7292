use super::AskError;
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

    /// Asks.
    ///
    /// # Errors
    /// [`AskError`] when nothing provides the model that the question is answered from, or it cannot be read.
    pub async fn ask<Q: ReadQuery>(&self, query: Q) -> Result<Q::Answer, AskError> {
        let model = self.model::<Q::Model>().ok_or_else(AskError::no_model::<Q::Model>)?;
        query.answer(&model).await
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
        Box::pin(async move { bus.ask(query).await })
    }
}

impl fmt::Debug for QueryBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryBus").field("models", &self.models).finish()
    }
}
