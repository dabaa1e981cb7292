use super::{AskError, QueryBus};
use crate::{
    ReadQuery,
    projection::{Follow, Following, ReadModel},
    receipt::Receipt,
};
use futures_util::future::BoxFuture;
use std::{any::type_name, fmt, future::IntoFuture, sync::Arc};

/// A question on its way: await it. Made by [`App::ask`](crate::App::ask) and [`QueryBus::ask`].
#[must_use = "a question is asked when it is awaited"]
pub struct Asking<'a, Q: ReadQuery> {
    bus: &'a QueryBus,
    query: Q,
    /// By whom the projection is waited for, or why it cannot be, which is said when the question is awaited.
    follow: Option<Result<Arc<dyn Follow>, AskError>>,
    receipts: Vec<Receipt>,
}

impl<'a, Q: ReadQuery> Asking<'a, Q> {
    pub(super) const fn new(bus: &'a QueryBus, query: Q) -> Self {
        Self { bus, query, follow: None, receipts: Vec::new() }
    }

    /// Waits first until the projection that keeps the model has applied this append, so that the answer knows of it:
    /// `app.ask(Balance::get("ada")).after(&done).await`, where `done` is what a command did, or its receipt.
    ///
    /// It waits for as long as the projection runs; to give up earlier, put a timeout around it. After several appends,
    /// say each.
    pub fn after(mut self, done: impl AsRef<Receipt>) -> Self
    where
        Q::Model: ReadModel,
    {
        self.follow.get_or_insert_with(|| {
            let following = self.bus.model::<Following<<Q::Model as ReadModel>::Projection>>();
            let missing = || AskError::NotRunning(type_name::<<Q::Model as ReadModel>::Projection>());
            following.map(|following| following.follow()).ok_or_else(missing)
        });
        self.receipts.push(done.as_ref().clone());
        self
    }
}

impl<'a, Q: ReadQuery> IntoFuture for Asking<'a, Q> {
    type Output = Result<Q::Answer, AskError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            // First, since of a model that nobody provides there is more to say than of its projection.
            let model = self.bus.require::<Q::Model>()?;
            if let Some(follow) = self.follow {
                let follow = follow?;
                for receipt in &self.receipts {
                    follow.applied(receipt).await.map_err(AskError::Wait)?;
                }
            }
            self.query.answer(&model).await
        })
    }
}

impl<Q: ReadQuery> fmt::Debug for Asking<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking")
            .field("query", &type_name::<Q>())
            .field("after", &self.receipts)
            .finish_non_exhaustive()
    }
}
